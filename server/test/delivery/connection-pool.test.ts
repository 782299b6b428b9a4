import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { systemClock, systemRandom } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import { makeSealedFile } from '../../../test/kit/sealed-file.ts'
import { ConnectionPool } from '../../src/delivery/connection-pool.ts'

const surroundings = { writer: 'writer', clock: systemClock, random: systemRandom }

it('opens a connection once, anew when its configuration changed, and keeps one that was taken out', async () => {
  const root = await mkdtemp(join(tmpdir(), 'hansard-pool-'))
  try {
    const pool = new ConnectionPool({ a: { type: 'filesystem', root: join(root, 'a') } }, surroundings)
    const first = pool.open('a')
    assert.equal(pool.open('a'), first)
    pool.change({ a: { type: 'filesystem', root: join(root, 'a') } })
    assert.equal(pool.open('a'), first)
    pool.change({ a: { type: 'filesystem', root: join(root, 'b') } })
    const second = pool.open('a')
    assert.notEqual(second, first)
    await second.put('file', makeSealedFile('text'))
    pool.change({})
    assert.equal(pool.open('a'), second)
    assert.deepEqual(
      pool.readUsages().a?.map(({ operation, result, count, bytes }) => [operation, result, count, bytes]),
      [['put', 'ok', 1, 4]],
    )
  } finally {
    await rm(root, { recursive: true })
  }
})

it('names the connection that is not configured, and what to do', () => {
  const pool = new ConnectionPool({}, surroundings)
  assert.throws(
    () => pool.open('lake'),
    (error) => {
      assert.ok(error instanceof HansardError && error.code === 'CONNECTION_UNKNOWN')
      assert.match(error.message, /lake is not configured any more.*Put it back/)
      return true
    },
  )
})
