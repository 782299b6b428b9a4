import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DemoEvent } from '../../../src/cli/demo-events/demo-event.ts'
import { openDemoEvents } from '../../../src/cli/demo-events/open-demo-events.ts'

function generate(seed: number, count: number): DemoEvent[] {
  const stream = openDemoEvents({ seed, startAt: Date.UTC(2026, 2, 17), eventsPerSecond: 2_000 })
  return Array.from({ length: count }, () => stream.next())
}

const events = generate(1, 20_000)
const messages = events.map(({ event }) => JSON.parse(event) as Record<string, unknown>)

test('the same seed gives the same events, another seed others', () => {
  assert.deepEqual(generate(1, 2_000), events.slice(0, 2_000))
  assert.notDeepEqual(generate(2, 2_000), events.slice(0, 2_000))
})

test('all six topics and all three nodes take part, compute usage and generic most', () => {
  const counts = new Map<string, number>()
  for (const { topic } of events) counts.set(topic, (counts.get(topic) ?? 0) + 1)
  const ranked = [...counts].sort(([, one], [, other]) => other - one).map(([topic]) => topic)
  assert.deepEqual(ranked.slice(0, 2), ['generic', 'compute-resource-usage'])
  assert.deepEqual(ranked.slice(2).sort(), ['apicalls', 'apinode-query', 'authfail', 'generic-failure'])
  assert.deepEqual(new Set(events.map(({ node }) => node)), new Set(['design', 'automation', 'api']))
})

test('an event has 265 to 700 bytes on average and stands on one line', () => {
  const bytes = events.reduce((sum, { event }) => sum + Buffer.byteLength(event), 0) / events.length
  assert.ok(bytes >= 265 && bytes <= 700, `${bytes} bytes`)
  assert.ok(events.every(({ event }) => !event.includes('\n')))
})

test('queries of the API node carry their deployment as routing key, other events none', () => {
  const keys = new Set<string>()
  for (const [index, { topic, routingKey }] of events.entries()) {
    assert.equal(routingKey === null, topic !== 'apinode-query')
    if (routingKey === null) continue
    assert.equal(messages[index]!.routingKey, routingKey)
    keys.add(routingKey)
  }
  assert.ok(keys.size > 3)
})

test('a job starts before it is done, both with the same id', () => {
  const started = new Set<unknown>()
  let done = 0
  for (const { msgType, jobId } of messages) {
    if (msgType === 'flow-job-start') started.add(jobId)
    if (msgType !== 'flow-job-done') continue
    assert.ok(started.has(jobId))
    done++
  }
  assert.ok(done > 50)
})

test('a compute usage starts, its counters only grow, and nothing follows its end', () => {
  const counters = new Map<string, number>()
  let completed = 0
  for (const { msgType, computeResourceUsage } of messages) {
    if (computeResourceUsage === undefined) continue
    const { id, localProcess, startTime, endTime } = computeResourceUsage as {
      id: string
      localProcess?: { userTimeMS: number }
      startTime: number
      endTime?: number
    }
    const before = counters.get(id)
    if (msgType === 'compute-resource-usage-start') assert.equal(before, undefined)
    else assert.ok(before !== undefined && (localProcess?.userTimeMS ?? 0) >= before)
    counters.set(id, localProcess?.userTimeMS ?? 0)
    if (msgType !== 'compute-resource-usage-complete') continue
    assert.ok(endTime! >= startTime)
    counters.set(id, Number.POSITIVE_INFINITY)
    completed++
  }
  assert.ok(completed > 200)
})
