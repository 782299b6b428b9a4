import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dispatcher } from '../src/dispatcher.ts'
import { formatLocalTime } from '../src/file/log-line.ts'
import type { FileOptions } from '../src/options.ts'
import { emitNumbers, makeNumbers, SimNode } from './sim-node.ts'

const hour = 3_600_000
const path = '/logs/run/audit/audit.log'

function openFile(node: SimNode, options: Partial<FileOptions> = {}): Promise<Dispatcher> {
  return node.open({ targets: [{ type: 'file', path, ...options }] })
}

async function readMessages(node: SimNode, file = path): Promise<number[]> {
  const lines = (await node.readText(file)).trimEnd().split('\n')
  return lines.map((line) => (JSON.parse(line) as { message: { n: number } }).message.n)
}

async function listLogs(node: SimNode): Promise<string[]> {
  return (await node.disk.listFolder('/logs/run/audit')).map(({ name }) => name).sort()
}

test('writes the documented line, with the message as it is', async () => {
  const node = new SimNode()
  const dispatcher = await openFile(node)
  const context = { mdc: { apiCall: '/api/projects/get-summary', user: 'admin' }, callTimeMs: 9 }
  dispatcher.emit({ topic: 'generic', message: '{ "a" : 1.0 }', context })
  dispatcher.emit({ topic: 'authfail', message: { b: 'ü' }, context: { severity: 'WARN' } })
  await node.whileTimePasses(dispatcher.close(hour))
  const time = formatLocalTime(node.clock.readNow() - node.clock.elapsedMs)
  assert.deepEqual((await node.readText(path)).split('\n'), [
    `{"severity":"INFO","logger":"dku.audit.generic","topic":"generic","message":{ "a" : 1.0 },"mdc":{"apiCall":"/api/projects/get-summary","user":"admin"},"callTime":9,"timestamp":"${time}"}`,
    `{"severity":"WARN","logger":"dku.audit.authfail","topic":"authfail","message":{"b":"ü"},"mdc":{},"timestamp":"${time}"}`,
    '',
  ])
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$/)
})

test('moves a full file out of the way and keeps as many as it was told', async () => {
  const node = new SimNode()
  const dispatcher = await openFile(node, { fileBytesMax: 400, filesKept: 3 })
  for (let n = 0; n < 30; n++) {
    emitNumbers(dispatcher, n, n + 1)
    await node.whileTimePasses(dispatcher.flush(hour))
  }
  assert.deepEqual(await listLogs(node), ['audit.log', 'audit.log.1', 'audit.log.2', 'audit.log.3'])
  const kept: number[] = []
  for (const suffix of ['.3', '.2', '.1', '']) {
    assert.ok((await node.readText(path + suffix)).length <= 400)
    kept.push(...(await readMessages(node, path + suffix)))
  }
  assert.deepEqual(kept, makeNumbers(kept[0]!, 30))
})

test('keeps none when told to', async () => {
  const node = new SimNode()
  const dispatcher = await openFile(node, { fileBytesMax: 400, filesKept: 0 })
  for (let n = 0; n < 10; n++) {
    emitNumbers(dispatcher, n, n + 1)
    await node.whileTimePasses(dispatcher.flush(hour))
  }
  assert.deepEqual(await listLogs(node), ['audit.log'])
})

test('writes each line once, whole, on a disk that fails, also in the middle of a rotation', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const node = new SimNode({ seed })
    const dispatcher = await openFile(node, { fileBytesMax: 1000, filesKept: 30 })
    Object.assign(node.disk.faults, { shortWrite: 0.2, writeError: 0.2, nameError: 0.2, syncError: 0.1 })
    for (let n = 0; n < 40; n++) {
      emitNumbers(dispatcher, n, n + 1)
      await node.whileTimePasses(dispatcher.flush(hour))
    }
    Object.assign(node.disk.faults, { shortWrite: 0, writeError: 0, nameError: 0, syncError: 0 })
    const written: number[] = []
    const names = (await listLogs(node)).sort((x, y) => indexOf(y) - indexOf(x))
    for (const name of names) written.push(...(await readMessages(node, `/logs/run/audit/${name}`)))
    assert.deepEqual(written, makeNumbers(0, 40), `seed ${seed}`)
  }
})

function indexOf(name: string): number {
  return Number(/\.log\.?(\d*)$/.exec(name)![1])
}

test('ends half a line that a dead process left', async () => {
  const node = new SimNode()
  await node.disk.makeFolder('/logs/run/audit')
  const file = await node.disk.createFile(path)
  await file.write([Buffer.from('{"message":{"n":')], 0)
  await file.close()
  const dispatcher = await openFile(node)
  emitNumbers(dispatcher, 1, 2)
  await node.whileTimePasses(dispatcher.close(hour))
  const [torn, whole] = (await node.readText(path)).split('\n')
  assert.equal(torn, '{"message":{"n":')
  assert.equal((JSON.parse(whole!) as { message: { n: number } }).message.n, 1)
})

test('syncs as often as it was told', async () => {
  const counted: number[] = []
  for (const sync of ['eachWrite', { everyMs: 1000 }, 'never'] as const) {
    const node = new SimNode()
    const dispatcher = await openFile(node, { sync })
    let syncs = 0
    node.disk.onOperation = (operation) => {
      if (operation === 'sync') syncs++
    }
    for (let n = 0; n < 30; n++) {
      emitNumbers(dispatcher, n, n + 1)
      await node.clock.advance(200)
    }
    assert.deepEqual(await readMessages(node), makeNumbers(0, 30))
    counted.push(syncs)
  }
  const [eachWrite, everySecond, never] = counted
  assert.equal(eachWrite, 30)
  assert.ok(everySecond! >= 3 && everySecond! <= 8, `${everySecond} syncs in 6 seconds`)
  assert.equal(never, 0)
})

test('what flush has returned for survives a power cut', async () => {
  const node = new SimNode()
  const dispatcher = await openFile(node, { sync: 'never' })
  emitNumbers(dispatcher, 0, 5)
  await node.whileTimePasses(dispatcher.flush(hour))
  node.crash()
  assert.deepEqual(await readMessages(node), makeNumbers(0, 5))
})

test('says full when its memory is, and tells what was lost when it is closed then', async () => {
  const node = new SimNode()
  const dispatcher = await openFile(node, { memoryBytesMax: 1000 })
  node.disk.faults.nameError = 1
  node.disk.faults.writeError = 1
  let accepted = 0
  while (dispatcher.emit({ topic: 'generic', message: { n: accepted } }).outcome === 'accepted') accepted++
  await node.whileTimePasses(dispatcher.close(1000))
  assert.deepEqual(node.told.at(-1), { kind: 'dropped', target: 'file', events: accepted })
})
