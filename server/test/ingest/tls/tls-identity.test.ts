import assert from 'node:assert/strict'
import { it } from 'node:test'
import { makeCertificate } from '../../../../test/kit/make-certificate.ts'
import { SimClock } from '../../../../test/kit/sim-clock.ts'
import { nextTurn } from '../../../../test/kit/turns.ts'
import { openTlsIdentity } from '../../../src/ingest/tls/tls-identity.ts'
import { makeTlsFolder } from './tls-folder.ts'

const [first, second] = [
  makeCertificate({ until: Date.UTC(2090, 0, 1) }),
  makeCertificate({ until: Date.UTC(2091, 0, 1) }),
]

async function openRig(t: { after(cleanUp: () => Promise<void>): void }) {
  const folder = await makeTlsFolder(t)
  await folder.write(first)
  const clock = new SimClock()
  const told: string[] = []
  const identity = await openTlsIdentity(folder.config, clock, {
    onTlsChange: (expiresAt) => void told.push(`until ${new Date(expiresAt).getUTCFullYear()}`),
    onTlsFault: (error) => void told.push(error.code),
  })
  t.after(() => identity.close())
  identity.onChange(({ cert }) => void told.push(String(cert) === second.cert ? 'second' : 'first'))
  return { folder, clock, told, identity }
}

it('uses changed files by itself, and tells once', async (t) => {
  const { folder, clock, told, identity } = await openRig(t)
  await clock.advance(60_000)
  // Behind the looks that are still on their way.
  await identity.refresh()
  assert.deepEqual(told, [])
  await folder.write(second)
  while (told.length === 0) {
    await clock.advance(10_000)
    await nextTurn()
  }
  await clock.advance(60_000)
  await identity.refresh()
  assert.deepEqual(told, ['second', 'until 2091'])
  assert.deepEqual(identity.status, { expiresAt: Date.UTC(2091, 0, 1), fault: undefined })
  assert.equal(String(identity.secureContext.cert), second.cert)
})

it('keeps what it has while the files cannot be used, and tells each fault once', async (t) => {
  const { folder, told, identity } = await openRig(t)
  await folder.writeFile('cert', second.cert)
  await identity.refresh()
  await identity.refresh()
  assert.deepEqual(told, ['TLS_FILE_UNUSABLE'])
  assert.match(identity.status.fault ?? '', /does not belong/)
  assert.equal(String(identity.secureContext.cert), first.cert)
  await folder.writeFile('key', 'nothing')
  await identity.refresh()
  assert.equal(told.length, 2)
  await folder.writeFile('key', second.key)
  await identity.refresh()
  assert.deepEqual(told.slice(2), ['second', 'until 2091'])
  assert.equal(identity.status.fault, undefined)
})

it('forgets a fault when the files are again what they were', async (t) => {
  const { folder, told, identity } = await openRig(t)
  await folder.writeFile('key', second.key)
  await identity.refresh()
  await folder.writeFile('key', first.key)
  await identity.refresh()
  assert.deepEqual(told, ['TLS_FILE_UNUSABLE'])
  assert.equal(identity.status.fault, undefined)
})
