import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openRandom } from '../../../test/kit/random.ts'
import { drawBackoffMs } from '../../src/connections/backoff.ts'

it('doubles the pause with each attempt up to a minute, half of it by chance', () => {
  const least = { readBytes: (length: number) => new Uint8Array(length) }
  const most = { readBytes: (length: number) => new Uint8Array(length).fill(255) }
  const attempts = [1, 2, 3, 4, 8, 9, 10, 100, 1e9]
  assert.deepEqual(
    attempts.map((attempt) => drawBackoffMs(attempt, least)),
    [125, 250, 500, 1_000, 16_000, 30_000, 30_000, 30_000, 30_000],
  )
  assert.deepEqual(
    attempts.map((attempt) => drawBackoffMs(attempt, most)),
    [250, 500, 1_000, 2_000, 32_000, 60_000, 60_000, 60_000, 60_000],
  )
})

it('spreads those that failed at the same moment', () => {
  const random = openRandom(1)
  assert.ok(new Set(Array.from({ length: 100 }, () => drawBackoffMs(9, random))).size > 90)
})
