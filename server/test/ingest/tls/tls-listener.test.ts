import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, type RequestOptions, request } from 'node:https'
import { describe, it } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import { systemClock } from 'hansard-journal'
import { makeCertificate } from '../../../../test/kit/make-certificate.ts'
import type { TlsConfig } from '../../../src/config/tls-schema.ts'
import { openCertificateKeys } from '../../../src/ingest/tls/certificate-key.ts'
import { openTlsIdentity } from '../../../src/ingest/tls/tls-identity.ts'
import { makeTestKey, openTestGate } from '../../auth/make-keys.ts'
import { openTestListener } from '../open-test-listener.ts'
import { exchange } from '../raw-connection.ts'
import { makeTlsFolder } from './tls-folder.ts'

const authority = makeCertificate({ name: 'an authority' })
const churn = makeTestKey('churn', { topics: ['apinode-query'] })

async function openRig(
  t: { after(cleanUp: () => Promise<void>): void },
  change: Partial<TlsConfig> = {},
  options: Parameters<typeof openTestListener>[1] = {},
) {
  const certificate = makeCertificate()
  const folder = await makeTlsFolder(t, change)
  await folder.write(certificate)
  await folder.writeFile('ca', authority.cert)
  const tls = await openTlsIdentity(folder.config, systemClock, { onTlsChange() {}, onTlsFault() {} })
  t.after(() => tls.close())
  const opened = await openTestListener(t, {
    ...options,
    tls,
    findCertificateKey: openCertificateKeys(folder.config.clientKeys),
  })
  const post = (more: RequestOptions): Promise<{ status: number; code: string; serverCertificate: string }> =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: opened.listener.port,
          method: 'POST',
          path: '/v1/events/generic',
          ...more,
        },
        (response) => {
          const serverCertificate = (response.socket as TLSSocket).getPeerCertificate().fingerprint256
          let text = ''
          response.on('data', (chunk) => (text += chunk))
          response.on('end', () => {
            const { code = '' } = JSON.parse(text) as { code?: string }
            resolve({ status: response.statusCode ?? 0, code, serverCertificate })
          })
        },
      )
      sent.on('error', reject)
      sent.end('{}')
    })
  return { ...opened, certificate, folder, tls, post }
}

describe('the listener with TLS', () => {
  it('takes events over TLS 1.2 and 1.3, and nothing older or plain', async (t) => {
    const { post, certificate, listener, journal, refused } = await openRig(t)
    const ca = certificate.cert
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const agent = new Agent({ ca, minVersion: version, maxVersion: version })
      assert.equal((await post({ agent })).status, 200)
      agent.destroy()
    }
    const old = { ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    await assert.rejects(post({ agent: new Agent(old) }))
    const plain = 'POST /v1/events/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}'
    assert.doesNotMatch(await exchange(listener.port, plain).catch(() => ''), / 200 /)
    assert.equal(journal.end.position, 2)
    assert.ok(refused.every(([code]) => code === 'TLS_HANDSHAKE_FAILED') && refused.length >= 2)
  })

  it('speaks TLS 1.3 only, where that is asked for', async (t) => {
    const { post, certificate } = await openRig(t, { minVersion: 'TLSv1.3' })
    const ca = certificate.cert
    await assert.rejects(post({ agent: new Agent({ ca, maxVersion: 'TLSv1.2' }) }))
    assert.equal((await post({ agent: new Agent({ ca }) })).status, 200)
  })

  it('changes its certificate while requests run, without one that fails', async (t) => {
    const { post, certificate, folder, tls, journal } = await openRig(t)
    const certificates = [certificate, ...['b', 'c', 'd'].map((name) => makeCertificate({ name }))]
    const ca = certificates.map(({ cert }) => cert)
    const kept = new Agent({ ca, keepAlive: true, maxSockets: 2 })
    const seen = new Set<string>()
    let isOver = false
    let count = 0
    const load = async (agent: () => Agent): Promise<void> => {
      while (!isOver) {
        const { status, serverCertificate } = await post({ agent: agent() })
        assert.equal(status, 200)
        seen.add(serverCertificate)
        count++
      }
    }
    const loads = [
      load(() => kept),
      load(() => kept),
      load(() => new Agent({ ca })),
      load(() => new Agent({ ca })),
    ]
    for (const next of certificates.slice(1)) {
      const before = count
      await folder.write(next)
      await tls.refresh()
      while (count < before + 20) await new Promise((go) => setImmediate(go))
    }
    isOver = true
    await Promise.all(loads)
    kept.destroy()
    assert.equal(seen.size, certificates.length)
    assert.equal(journal.end.position, count)
  })

  it('goes on over a connection that was open before the change', async (t) => {
    const { listener, certificate, folder, tls } = await openRig(t)
    const socket = connect({ port: listener.port, host: '127.0.0.1', ca: certificate.cert })
    const ask = async (): Promise<string> => {
      socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')
      return String((await once(socket, 'data'))[0])
    }
    assert.match(await ask(), / 200 /)
    await folder.write(makeCertificate())
    await tls.refresh()
    assert.match(await ask(), / 200 /)
    socket.destroy()
  })
})

describe('a client certificate', () => {
  const node = makeCertificate({ name: 'design-1', organization: 'Acme, Inc.', issuer: authority })
  const other = makeCertificate({ name: 'design-2', issuer: authority })
  const stranger = makeCertificate({ name: 'design-1', organization: 'Acme, Inc.' })
  const gateOf = () => openTestGate(churn.keys).gate

  it('stands for a key, by fingerprint or by subject', async (t) => {
    for (const client of [
      { key: 'churn', fingerprint: node.fingerprint },
      { key: 'churn', subject: 'CN=design-1,O=Acme\\, Inc.' },
    ]) {
      const change = { clientCertificates: 'optional', clientKeys: [client] } as const
      const { post, certificate } = await openRig(t, change, { gate: gateOf() })
      const send = (identity: object, path = '/v1/events/apinode-query') =>
        post({ path, agent: new Agent({ ca: certificate.cert, ...identity }) })
      assert.equal((await send({ cert: node.cert, key: node.key })).status, 200)
      assert.equal((await send({ cert: node.cert, key: node.key }, '/v1/events/generic')).code, 'KEY_SCOPE')
      for (const without of [
        {},
        { cert: other.cert, key: other.key },
        { cert: stranger.cert, key: stranger.key },
      ]) {
        assert.equal((await send(without)).code, 'KEY_MISSING')
      }
    }
  })

  it('that stands for no key leaves room for one in the header, which goes first', async (t) => {
    const clientKeys = [{ key: 'nobody', fingerprint: node.fingerprint }]
    const { post, certificate } = await openRig(
      t,
      { clientCertificates: 'optional', clientKeys },
      { gate: gateOf() },
    )
    const agent = new Agent({ ca: certificate.cert, cert: node.cert, key: node.key })
    const path = '/v1/events/apinode-query'
    assert.equal((await post({ agent, path })).code, 'KEY_INVALID')
    assert.equal((await post({ agent, path, headers: { authorization: churn.bearer } })).status, 200)
  })

  it('is needed where that is asked for', async (t) => {
    const { post, certificate, refused } = await openRig(t, { clientCertificates: 'required' })
    const ca = certificate.cert
    assert.equal((await post({ agent: new Agent({ ca, cert: node.cert, key: node.key }) })).status, 200)
    await assert.rejects(post({ agent: new Agent({ ca }) }))
    await assert.rejects(post({ agent: new Agent({ ca, cert: stranger.cert, key: stranger.key }) }))
    assert.deepEqual(refused, Array(2).fill(['TLS_HANDSHAKE_FAILED', 0]))
  })
})
