import assert from 'node:assert/strict'
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDispatcher } from '../../dispatcher/src/index.ts'
import { readDelivered } from '../kit/read-delivered.ts'
import { type ConfiguredServer, startConfigured } from './configured-server.ts'
import { createKey, runHansard } from './run-hansard.ts'
import { waitFor } from './wait-for.ts'

const config = {
  auth: { required: true },
  log: { level: 'trace' },
  connections: { local: { type: 'filesystem', root: 'events' } },
  destinations: { everything: { connection: 'local', flush: { every: '200ms' }, envelopeFields: ['key'] } },
}

async function start(
  t: TestContext,
): Promise<ConfiguredServer & { statusOf(authorization: string): Promise<number> }> {
  const configured = await startConfigured(t, config)
  return {
    ...configured,
    statusOf: async (authorization) =>
      (await configured.poster.post('/v1/events/generic', '{}', { authorization })).status,
  }
}

it('a key works as soon as it is made, and no more when it is revoked, without a restart', async (t) => {
  const { server, statusOf, readHealth } = await start(t)
  const key = `Bearer ${await createKey(server.dataDir, 'churn')}`
  await waitFor('the key is known', async () => (await statusOf(key)) === 200)
  await runHansard(['keys', 'revoke', 'churn', '--data-dir', server.dataDir])
  // Looked for every quarter of a second; so many seconds of patience are for a busy machine.
  await waitFor('the key is refused', async () => (await statusOf(key)) === 401)
  const { health } = await readHealth()
  assert.equal(health.keys.usable, 0)
  assert.ok(health.keys.refused.revoked! > 0)
  await server.restart()
  assert.equal(await statusOf(key), 401)
})

it('a key is rotated under load without a failed request', async (t) => {
  const { server, poster, statusOf } = await start(t)
  let key = await createKey(server.dataDir, 'churn')
  await waitFor('the key is known', async () => (await statusOf(`Bearer ${key}`)) === 200)
  const stop = new AbortController()
  const statuses = new Map<number, number>()
  const load = Array.from({ length: 4 }, async () => {
    while (!stop.signal.aborted) {
      const { status } = await poster.post('/v1/events/generic', '{}\n{}', { authorization: `Bearer ${key}` })
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      await sleep(1)
    }
  })
  const old = key
  const next = (
    await runHansard(['keys', 'rotate', 'churn', '--overlap', '1h', '--data-dir', server.dataDir])
  ).trimEnd()
  await waitFor('the new secret is known', async () => (await statusOf(`Bearer ${next}`)) === 200)
  key = next
  const before = statuses.get(200)!
  await waitFor('the load goes on', () => statuses.get(200)! > before + 20)
  assert.equal(await statusOf(`Bearer ${old}`), 200)
  stop.abort()
  await Promise.all(load)
  assert.deepEqual([...statuses.keys()], [200])
})

it('a dispatcher whose key was revoked keeps its events, and sends them with the next key', async (t) => {
  const { server, home, statusOf, waitUntilDelivered } = await start(t)
  const keyFile = join(home, 'node.key')
  const first = await createKey(server.dataDir, 'first')
  await writeFile(keyFile, first, { mode: 0o600 })
  await waitFor('the key is known', async () => (await statusOf(`Bearer ${first}`)) === 200)
  const dispatcher = await openDispatcher({
    instance: 'node-1',
    spoolDir: join(home, 'spool'),
    targets: [{ type: 'event-server', url: server.url, key: { file: keyFile } }],
  })
  try {
    const emit = (from: number): void => {
      for (let n = from; n < from + 10; n++) {
        assert.equal(dispatcher.emit({ topic: 'generic', message: { n } }).outcome, 'accepted')
      }
    }
    emit(0)
    assert.ok((await dispatcher.flush(30_000)).isComplete)
    await runHansard(['keys', 'revoke', 'first', '--data-dir', server.dataDir])
    await waitFor('the key is refused', async () => (await statusOf(`Bearer ${first}`)) === 401)
    emit(10)
    await waitFor('the dispatcher is refused', () =>
      JSON.stringify(dispatcher.stats().targets).includes('KEY_INVALID'),
    )
    await writeFile(keyFile, await createKey(server.dataDir, 'second'))
    assert.ok((await dispatcher.flush(30_000)).isComplete)
  } finally {
    await dispatcher.close(0)
  }
  await waitUntilDelivered()
  const { lines } = await readDelivered(join(home, 'events'))
  const numbers = lines.flatMap((line) => JSON.parse(line).clientEvent.n ?? [])
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, n) => n),
  )
})

it('a key file that is broken locks nobody out, shows in health, and is not started with', async (t) => {
  const { server, statusOf, readHealth } = await start(t)
  const key = `Bearer ${await createKey(server.dataDir, 'churn')}`
  await waitFor('the key is known', async () => (await statusOf(key)) === 200)
  const file = join(server.dataDir, 'keys', 'keys.json')
  const good = await readFile(file)
  await writeFile(file, good.subarray(0, 40))
  const hasFault = async (): Promise<boolean> =>
    (await readHealth()).health.warnings.some(({ code }) => code === 'KEY_FILE_UNUSABLE')
  await waitFor('health tells of the file', hasFault)
  assert.equal(await statusOf(key), 200)
  await writeFile(file, good)
  await waitFor('health is well again', async () => !(await hasFault()))
  await chmod(file, 0o644)
  await waitFor('health tells of the rights', hasFault)
  await assert.rejects(server.restart(), /KEY_FILE_UNUSABLE.*open to others than its owner \(mode 644\)/)
  await chmod(file, 0o600)
  await server.restart()
  assert.equal(await statusOf(key), 200)
})

it('keys stand in no output and in no file of the server', async (t) => {
  const { server, home, poster, statusOf, waitUntilDelivered } = await start(t)
  const key = await createKey(server.dataDir, 'churn', '--topics', 'generic')
  const imported = 'Old-s3cret-of-the-nodes'
  await writeFile(join(home, 'secret'), imported, { mode: 0o600 })
  const secretFile = `file:${join(home, 'secret')}`
  await runHansard(['keys', 'import', 'old', '--secret', secretFile, '--data-dir', server.dataDir])
  const basic = Buffer.from(`node-1:${imported}`).toString('base64')
  await waitFor('both keys are known', async () => (await statusOf(`Basic ${basic}`)) === 200)
  assert.equal(await statusOf(`Bearer ${key}`), 200)
  const wrong = 'never-a-key-of-anybody'
  const cut = key.slice(0, -1)
  for (const junk of [wrong, cut]) assert.equal(await statusOf(`Bearer ${junk}`), 401)
  const outside = await poster.post('/v1/events/other', '{}', { authorization: `Bearer ${key}` })
  assert.equal(outside.status, 403)
  await writeFile(join(home, 'key'), `${key}\n`, { mode: 0o600 })
  await writeFile(join(home, 'events.ndjson'), '{}\n{}\n')
  const sent = await runHansard([
    ...['send', '--topic', 'generic', '--url', server.url, '--key', `file:${join(home, 'key')}`],
    join(home, 'events.ndjson'),
  ])
  const demo = await runHansard(['demo', '--seconds', '1', '--rate', '100', '--url', server.url], {
    HANSARD_KEY: imported,
  })
  const listed = await runHansard(['keys', 'list', '--json', '--data-dir', server.dataDir])
  await waitUntilDelivered()
  const pages = await Promise.all(
    ['/health', '/metrics', '/sources'].map(async (path) => (await fetch(server.adminUrl + path)).text()),
  )
  const commandLine = await readFile(`/proc/${server.pid}/cmdline`, 'utf8').catch(() => '')
  await waitFor('the refusals are in the log', () => server.stdout.includes('refused for their key'))
  await server.kill()
  const files: string[] = []
  for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
    // These two are the secrets themselves, as the test gave them.
    if (!entry.isFile() || ['secret', 'key'].includes(entry.name)) continue
    files.push((await readFile(join(entry.parentPath, entry.name))).toString('latin1'))
  }
  const outputs = [
    server.stdout,
    server.stderr,
    sent,
    demo,
    listed,
    commandLine,
    ...pages,
    ...files,
    JSON.stringify(outside.problem),
  ]
  for (const secret of [key.slice(21), cut.slice(21), imported, basic, wrong]) {
    assert.ok(outputs.every((output) => !output.includes(secret)))
  }
  assert.ok(outputs.some((output) => output.includes('"key":"churn"')))
})
