import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from 'hansard-journal'
import { openNodeHttp } from '../src/event-server/node-http.ts'
import { type Dispatcher, openDispatcher } from '../src/index.ts'
import type { EventServerOptions } from '../src/options.ts'
import { type Listening, listen, refuse, ScriptedServer, storeThen } from './scripted-server.ts'
import { emitNumbers, makeNumbers, readNumbers } from './sim-node.ts'

const hour = 3_600_000

/** Pauses are as long as they are; for these tests a hundredth will do. */
const quickClock = {
  readNow: () => systemClock.readNow(),
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 100, signal),
}

interface Rig {
  readonly script: ScriptedServer
  readonly server: Listening
  readonly folder: string
  open(options?: Partial<EventServerOptions>): Promise<Dispatcher>
}

async function openRig(t: TestContext): Promise<Rig> {
  const script = new ScriptedServer()
  const server = await listen(script)
  const folder = await mkdtemp(join(tmpdir(), 'hansard-dispatcher-'))
  let dispatcher: Dispatcher | undefined
  t.after(async () => {
    await dispatcher?.close(0)
    await server.close()
    await rm(folder, { recursive: true })
  })
  return {
    script,
    server,
    folder,
    async open(options) {
      dispatcher = await openDispatcher({
        spoolDir: join(folder, 'spool'),
        targets: [{ type: 'event-server', url: server.url, ...options }],
        doors: { clock: quickClock },
      })
      return dispatcher
    },
  }
}

test('sends compressed batches over one connection that stays open', async (t) => {
  const { script, server, open } = await openRig(t)
  const dispatcher = await open({ batch: { eventsMax: 100 } })
  for (let round = 0; round < 5; round++) {
    emitNumbers(dispatcher, round * 200, (round + 1) * 200)
    assert.equal((await dispatcher.flush(hour)).isComplete, true)
  }
  assert.deepEqual(readNumbers(script.events), makeNumbers(0, 1000))
  assert.match(script.posts[0]!.headers['content-encoding']!, /^(zstd|gzip)$/)
  assert.equal(server.connections, 1)
})

test('stores each event once in bad weather', async (t) => {
  const { script, open } = await openRig(t)
  const dispatcher = await open({ batch: { eventsMax: 50 } })
  let request = 0
  script.always = (_, store) => {
    switch (request++ % 6) {
      case 0:
        return { ...refuse('BUSY'), headers: { 'retry-after': '1' } }
      case 1:
        return 'reset'
      case 2:
        store()
        return 'reset'
      case 3:
        return { status: 502, text: '<html>' }
      case 4:
        store()
        return { status: 504, text: '' }
      default:
        return store()
    }
  }
  emitNumbers(dispatcher, 0, 400)
  assert.equal((await dispatcher.flush(hour)).isComplete, true)
  assert.deepEqual(readNumbers(script.events), makeNumbers(0, 400))
  assert.equal(script.stored.size, 1)
})

test('sends plain bodies to a server that does not read compressed ones', async (t) => {
  const { script, open } = await openRig(t)
  const dispatcher = await open()
  script.always = ({ headers }, store) =>
    headers['content-encoding'] === undefined ? store() : refuse('CONTENT_ENCODING_UNSUPPORTED')
  emitNumbers(dispatcher, 0, 200)
  assert.equal((await dispatcher.flush(hour)).isComplete, true)
  assert.deepEqual(readNumbers(script.events), makeNumbers(0, 200))
})

test('gives up an answer that does not come, and asks again', async (t) => {
  const { script, open } = await openRig(t)
  const dispatcher = await open({ answerTimeoutMs: 50 })
  script.acts.push(storeThen('silence'))
  emitNumbers(dispatcher, 0, 5)
  assert.equal((await dispatcher.flush(hour)).isComplete, true)
  assert.deepEqual(readNumbers(script.events), makeNumbers(0, 5))
})

test('reads a key from its file, anew after it was refused', async (t) => {
  const { script, folder, open } = await openRig(t)
  const file = join(folder, 'key')
  await writeFile(file, 'old\n')
  const dispatcher = await open({ key: `file:${file}` })
  let refused = 0
  script.always = ({ headers }, store) => {
    if (headers.authorization === 'Bearer new') return store()
    refused++
    return { status: 401, text: '' }
  }
  emitNumbers(dispatcher, 0, 2)
  while (refused === 0) await dispatcher.flush(1000)
  await writeFile(file, 'new\n')
  assert.equal((await dispatcher.flush(hour)).isComplete, true)
  assert.deepEqual(readNumbers(script.events), makeNumbers(0, 2))
})

test('goes to another server when nobody listens at the first, and back', async (t) => {
  const { script: second, server, open } = await openRig(t)
  const first = new ScriptedServer()
  const place = await listen(first)
  await place.close()
  const dispatcher = await open({ url: [place.url, server.url], returnAfterMs: 0 })
  emitNumbers(dispatcher, 0, 10)
  assert.equal((await dispatcher.flush(hour)).isComplete, true)
  assert.deepEqual(readNumbers(second.events), makeNumbers(0, 10))
  const back = await listen(first, place.port)
  t.after(() => back.close())
  let next = 10
  while (first.events.length === 0) {
    emitNumbers(dispatcher, next, ++next)
    assert.equal((await dispatcher.flush(hour)).isComplete, true)
  }
  assert.deepEqual(readNumbers([...second.events, ...first.events]), makeNumbers(0, next))
})

test('says whether a request that failed may have arrived', async () => {
  const script = new ScriptedServer()
  const server = await listen(script)
  const door = openNodeHttp({ connectTimeoutMs: 1000, answerTimeoutMs: 1000, tls: {} })
  const post = { method: 'POST', path: '/v1/events', headers: {}, body: Buffer.from('{}') } as const
  const ask = (url: string) => door.ask({ ...post, url, signal: new AbortController().signal })
  script.acts.push(() => 'reset')
  await assert.rejects(ask(server.url), { name: 'NoAnswer', wasSent: true })
  await server.close()
  await assert.rejects(ask(server.url), { name: 'NoAnswer', wasSent: false })
  door.close()
})
