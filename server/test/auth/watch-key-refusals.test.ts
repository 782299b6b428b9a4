import assert from 'node:assert/strict'
import { it } from 'node:test'
import { SimClock } from '../../../test/kit/sim-clock.ts'
import { type KeyRefusalReport, watchKeyRefusals } from '../../src/auth/watch-key-refusals.ts'
import { makeTestKey, openTestGate } from './make-keys.ts'

it('reports the first refusal soon, and what follows in sums', async () => {
  const clock = new SimClock()
  const { gate } = openTestGate(makeTestKey('churn', { topics: ['a'] }).keys)
  const stop = new AbortController()
  const reports: KeyRefusalReport[] = []
  const watching = watchKeyRefusals(gate, clock, stop.signal, (report) => void reports.push(report))
  const refuse = (header?: string) => assert.throws(() => gate.admit(header, '10.0.0.7', clock.readNow()))
  await clock.advance(600_000)
  assert.deepEqual(reports.splice(0), [])
  refuse()
  await clock.advance(1_000)
  assert.deepEqual(reports.splice(0), [{ refused: { missing: 1 }, address: '10.0.0.7', key: undefined }])
  for (let second = 0; second < 50; second++) {
    refuse()
    refuse('Bearer x')
    await clock.advance(1_000)
  }
  assert.deepEqual(reports.splice(0), [])
  await clock.advance(60_000)
  assert.deepEqual(
    reports.splice(0).map(({ refused }) => refused),
    [{ missing: 50, malformed: 50 }],
  )
  refuse()
  stop.abort()
  await clock.advance(1_000)
  await watching
  assert.equal(reports.length, 1)
})
