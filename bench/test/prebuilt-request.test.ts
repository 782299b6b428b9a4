import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBenchRandom } from '../src/bench-event.ts'
import { buildRequests, renewIds } from '../src/prebuilt-request.ts'

const plan = { port: 0, connections: 1, eventsPerRequest: 1_000, routingKeys: 0, warmupMs: 0, measuredMs: 0 }

test('an event has about 265 bytes and the length of the body is right', () => {
  const { requests, eventBytes } = buildRequests(plan)
  assert.ok(eventBytes > 240 && eventBytes < 290, `${eventBytes}`)
  for (const { bytes, bodyBytes } of requests) {
    const [head, body] = bytes.toString().split('\r\n\r\n')
    assert.equal(body?.length, bodyBytes)
    assert.ok(head?.endsWith(`Content-Length: ${bodyBytes}`))
    assert.equal(body?.trimEnd().split('\n').length, 1_000)
  }
})

test('all routing keys take part', () => {
  const { requests } = buildRequests({ ...plan, routingKeys: 5_000 })
  const keys = new Set<string>()
  for (const { bytes } of requests) {
    for (const line of bytes.toString().split('\r\n\r\n')[1]!.trimEnd().split('\n')) {
      keys.add((JSON.parse(line) as { routingKey: string }).routingKey)
    }
  }
  assert.equal(keys.size, 5_000)
})

test('renewed ids change nothing else, and no event comes twice', () => {
  const { requests } = buildRequests(plan)
  const random = openBenchRandom(2)
  const request = requests[0]!
  const before = request.bytes.toString()
  renewIds(request, random)
  const first = request.bytes.toString()
  renewIds(request, random)
  const withoutIds = (text: string): string => text.replaceAll(/"requestId":"[0-9a-f]{16}"/g, '')
  assert.equal(withoutIds(first), withoutIds(before))
  assert.equal(request.idOffsets.length, 1_000)
  const lines = [first, request.bytes.toString()].flatMap((text) =>
    text.split('\n').filter((line) => line[0] === '{'),
  )
  assert.equal(new Set(lines).size, 2_000)
})
