import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { systemRandom } from 'hansard-journal'
import { formatDemoReport, makeDemoReport } from '../../../src/cli/demo-events/demo-report.ts'
import { type DemoTally, openDemoTally } from '../../../src/cli/demo-events/demo-tally.ts'
import { type DemoEnd, runDemo } from '../../../src/cli/demo-events/run-demo.ts'
import { openFastClock } from '../fast-clock.ts'
import { openStubServer, type StubServer } from '../stub-server.ts'

let server: StubServer
let tally: DemoTally

beforeEach(async () => {
  server = await openStubServer()
  tally = openDemoTally()
})

afterEach(() => server.stop())

function readOptions() {
  return { url: server.url, rate: 2_000, seconds: 2, seed: 1, giveUpAfterMs: 60_000 }
}

function run(stop = new AbortController().signal): Promise<DemoEnd> {
  const doors = { clock: openFastClock(), random: systemRandom }
  return runDemo(readOptions(), tally, doors, stop, new AbortController().signal)
}

test('sends exactly rate times seconds events from three nodes, each numbered without gaps', async () => {
  const { sources, faults } = await run()
  assert.deepEqual(faults, [])
  assert.deepEqual(tally.total, { sent: 4_000, acknowledged: 4_000, duplicates: 0 })
  for (const source of Object.values(sources)) {
    const sequences = server.stored.filter((event) => event.source === source).map(({ sequence }) => sequence)
    assert.deepEqual(sequences, [...sequences.keys()])
  }
  assert.equal(tally.topics.size, 6)
})

test('a server that loses answers and dies in the middle gets every event once', async () => {
  server.plan('store', 'cut-after', 'cut-before', 'store', { answer: 503 }, 'cut-after')
  setImmediate(() => void server.stop().then(() => server.start()))
  const end = await run()
  assert.deepEqual(end.faults, [])
  assert.equal(tally.total.acknowledged, 4_000)
  assert.equal(server.stored.length, 4_000)
  assert.ok(tally.total.duplicates > 0 && tally.retries > 0)
  const report = makeDemoReport(readOptions(), tally, end, 2_000)
  assert.equal(report.unacknowledged, 0)
  const sum = Object.values(report.topics).reduce((all, { duplicates }) => all + duplicates, 0)
  assert.equal(sum, report.duplicates)
  assert.match(formatDemoReport(report), /Every event was acknowledged/)
})

test('gives up on a server that never answers and says how many events are open', async () => {
  await server.stop()
  const end = await run()
  assert.equal(end.faults.length, 3)
  const report = makeDemoReport(readOptions(), tally, end, 2_000)
  assert.ok(report.unacknowledged > 0)
  assert.match(formatDemoReport(report), /were NOT acknowledged/)
  await server.start()
})

test('a refusal for good ends the node with the reason', async () => {
  server.refuse(() => true)
  const { faults } = await run()
  assert.ok(faults.length === 3 && faults.every(({ refused, reason }) => refused && reason.includes('bad')))
})

test('a stop makes no more events', async () => {
  await run(AbortSignal.abort())
  assert.equal(tally.total.sent, 0)
})
