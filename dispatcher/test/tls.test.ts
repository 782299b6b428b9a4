import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import type { TlsOptions } from '../src/event-server/http-door.ts'
import { openNodeHttp } from '../src/event-server/node-http.ts'

const skip =
  spawnSync('openssl', ['version']).status === 0 ? false : 'openssl, which makes the certificates, is missing'

interface Pair {
  readonly key: string
  readonly cert: string
}

/** A certificate that signs itself, so it is its own authority. */
async function makePair(t: TestContext): Promise<Pair> {
  const folder = await mkdtemp(join(tmpdir(), 'hansard-tls-'))
  t.after(() => rm(folder, { recursive: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const names = ['-subj', '/CN=node', '-addext', 'subjectAltName=IP:127.0.0.1']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') }
}

/** Answers with the name in the certificate of the client. */
async function listen(t: TestContext, options: ServerOptions): Promise<string> {
  const server = createServer(options, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate()
    response.end(subject?.CN ?? 'nobody')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function ask(t: TestContext, url: string, tls: TlsOptions) {
  const door = openNodeHttp({ connectTimeoutMs: 5000, answerTimeoutMs: 5000, tls })
  t.after(() => door.close())
  const request = { method: 'GET', url, path: '/', headers: {}, body: new Uint8Array(0) } as const
  return door.ask({ ...request, signal: new AbortController().signal })
}

test('sends nothing to a server whose certificate it does not trust, and says what to do', {
  skip,
}, async (t) => {
  const url = await listen(t, await makePair(t))
  await assert.rejects(ask(t, url, {}), {
    name: 'NoAnswer',
    wasSent: false,
    message: /Give the certificate .* tls\.ca/,
  })
})

test('trusts the authority that it is given, or all when it is told so', { skip }, async (t) => {
  const pair = await makePair(t)
  const url = await listen(t, pair)
  assert.equal((await ask(t, url, { ca: pair.cert })).status, 200)
  assert.equal((await ask(t, url, { trustAllCertificates: true })).status, 200)
})

test('shows its own certificate to a server that asks for one', { skip }, async (t) => {
  const [server, client] = [await makePair(t), await makePair(t)]
  const url = await listen(t, { ...server, ca: client.cert, requestCert: true, rejectUnauthorized: true })
  assert.equal((await ask(t, url, { ca: server.cert, ...client })).text, 'node')
  await assert.rejects(ask(t, url, { ca: server.cert }), { name: 'NoAnswer' })
})
