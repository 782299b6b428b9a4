import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { it } from 'node:test'
import { checkStore } from './check-store.ts'
import { type ConfiguredServer, startConfigured } from './configured-server.ts'
import { runHansard } from './run-hansard.ts'
import { waitFor } from './wait-for.ts'

const config = {
  auth: { required: true },
  connections: { local: { type: 'filesystem', root: 'events' } },
  destinations: { everything: { connection: 'local', flush: { every: '200ms' } } },
}

type OwnEvent = Readonly<Record<string, unknown>> & { readonly msgType: string }

async function runKeys({ home }: ConfiguredServer, ...args: string[]): Promise<string> {
  const options = ['--config', join(home, 'hansard.yaml'), '--data-dir', join(home, 'data')]
  return (await runHansard(['keys', ...args, ...options])).trim()
}

async function readOwnEvents({ home }: ConfiguredServer): Promise<OwnEvent[]> {
  const events: OwnEvent[] = []
  await checkStore(join(home, 'events'), (_destination, { path }, _lines, ownLines) => {
    if (ownLines.length > 0) assert.match(path, /^hansard\/_none\//)
    events.push(...ownLines.map((line) => JSON.parse(line).clientEvent))
  })
  return events
}

async function hashConfig({ home }: ConfiguredServer): Promise<string> {
  return createHash('sha256')
    .update(await readFile(join(home, 'hansard.yaml')))
    .digest('hex')
}

it('writes what it does as events of its own, through the same journal into the same files', async (t) => {
  const configured = await startConfigured(t, config)
  const { server, poster, configure, reload, readHealth } = configured
  const firstHash = await hashConfig(configured)
  const countStored = async (): Promise<number> => (await readHealth()).health.events.own.stored
  const waitForMore = (before: number): Promise<unknown> =>
    waitFor('one more is stored', async () => (await countStored()) > before)

  let before = await countStored()
  const key = await runKeys(configured, 'create', 'churn')
  await waitForMore(before)
  const headers = { authorization: `Bearer ${key}` }
  for (const [path, more, body] of [
    ['/v1/events/hansard', {}, '{}'],
    ['/v1/events', { 'event-topic': 'hansard' }, '{}'],
    ['/v1/events', {}, '{"topic":"hansard","event":{}}'],
  ] as const) {
    const { problem } = await poster.post(path, body, { ...headers, ...more })
    assert.equal(problem?.code, 'TOPIC_RESERVED')
  }
  assert.equal((await poster.post('/v1/events/Hansard', '{"mine":1}', headers)).status, 200)
  assert.equal((await poster.post('/v1/events/generic', '{"mine":2}', headers)).status, 200)

  before = await countStored()
  for (let n = 0; n < 20; n++) {
    const wrong = { authorization: 'Bearer a-secret-that-nobody-knows' }
    assert.equal((await poster.post('/v1/events/generic', '{}', wrong)).status, 401)
  }
  await waitForMore(before)
  before = await countStored()
  await runKeys(configured, 'revoke', 'churn')
  await waitForMore(before)

  await configure({ ...config, destinations: 'none' })
  const brokenHash = await hashConfig(configured)
  await reload()
  await configure({ ...config, log: { level: 'warn' } })
  const lastHash = await hashConfig(configured)
  await reload()

  const { events, destinations } = await configured.waitUntilDelivered()
  const { received, stored, duplicate, rejected } = events.sinceStart
  assert.deepEqual([stored, received], [2, stored + duplicate + rejected], 'its own events are not received')
  assert.equal(events.stored, stored + events.own.stored)
  assert.equal(destinations[0]?.delivered, events.stored)
  assert.deepEqual(await server.kill(), { code: 0, signal: null })

  const own = await readOwnEvents(configured)
  assert.deepEqual(
    own.map(({ number, lost }) => [number, lost]),
    own.map((_event, index) => [index, 0]),
    'in their order, without gaps',
  )
  const refusals = own.filter(({ msgType }) => msgType === 'hansard-keys-refused')
  assert.ok(refusals.length <= 2, 'refusals are summed up')
  assert.equal(
    refusals.reduce((sum, { count }) => sum + Number(count), 0),
    20,
  )
  assert.deepEqual(refusals[0]?.addresses, ['127.0.0.1'])
  assert.deepEqual(
    own
      .filter((event) => !refusals.includes(event))
      .map(({ msgType, key, result, configSha256 }) => [msgType, key ?? result ?? configSha256]),
    [
      ['hansard-start', firstHash],
      ['hansard-key-created', 'churn'],
      ['hansard-key-revoked', 'churn'],
      ['hansard-reload', 'refused'],
      ['hansard-reload', 'applied'],
      ['hansard-stop', undefined],
    ],
  )
  const reloads = own.filter(({ msgType }) => msgType === 'hansard-reload')
  assert.deepEqual(
    reloads.map(({ code, configSha256 }) => [code, configSha256]),
    [
      ['CONFIG_INVALID', brokenHash],
      [null, lastHash],
    ],
  )
  assert.ok(!JSON.stringify(own).includes(key.slice(-40)), 'no event holds a secret')
})

it('keeps all that is below the data directory for its owner alone', async (t) => {
  const configured = await startConfigured(t, {
    ...config,
    journal: { segmentBytesMax: '64KiB' },
  })
  const { server, home } = configured
  const headers = { authorization: `Bearer ${await runKeys(configured, 'create', 'churn')}` }
  const body = `{"pad":"${'x'.repeat(40_000)}"}`
  for (let n = 0; n < 4; n++) {
    await waitFor('it is taken', async () => {
      return (await configured.poster.post('/v1/events/generic', body, headers)).status === 200
    })
  }
  await configured.waitUntilDelivered()
  const check = async (): Promise<string[]> => {
    const names: string[] = []
    for (const entry of await readdir(join(home, 'data'), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      // Staging files come and go.
      const found = await stat(path).catch(() => undefined)
      if (found === undefined) continue
      assert.equal((found.mode & 0o777).toString(8), found.isDirectory() ? '700' : '600', path)
      names.push(path.slice(home.length + 1))
    }
    return names
  }
  assert.equal(((await stat(join(home, 'data'))).mode & 0o777).toString(8), '700')
  await check()
  assert.deepEqual(await server.kill(), { code: 0, signal: null })
  const names = await check()
  for (const name of ['lock', 'keys/keys.json', 'keys/usage.json']) {
    assert.ok(names.includes(`data/${name}`), `${name} was looked at`)
  }
  for (const folder of ['journal', 'ledger', 'positions']) {
    assert.ok(
      names.filter((name) => name.startsWith(`data/${folder}/`)).length > 0,
      `${folder} was looked at`,
    )
  }
  const files = await readdir(join(home, 'events'), { recursive: true, withFileTypes: true })
  for (const entry of files) {
    const { mode } = await stat(join(entry.parentPath, entry.name))
    assert.equal((mode & 0o777).toString(8), entry.isDirectory() ? '750' : '640', entry.name)
  }
})
