import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { HansardError } from 'hansard-protocol'
import { makeSealedFile } from '../../../test/kit/sealed-file.ts'
import { ConnectionPool } from '../../src/delivery/connection-pool.ts'

it('opens a connection once, anew when its configuration changed, and keeps one that was taken out', async () => {
  const root = await mkdtemp(join(tmpdir(), 'hansard-pool-'))
  try {
    const pool = new ConnectionPool({ a: { type: 'filesystem', root: join(root, 'a') } }, 'writer')
    const first = await pool.open('a')
    assert.equal(await pool.open('a'), first)
    pool.change({ a: { type: 'filesystem', root: join(root, 'a') } })
    assert.equal(await pool.open('a'), first)
    pool.change({ a: { type: 'filesystem', root: join(root, 'b') } })
    const second = await pool.open('a')
    assert.notEqual(second, first)
    await second.put('file', makeSealedFile('text'))
    pool.change({})
    assert.equal(await pool.open('a'), second)
  } finally {
    await rm(root, { recursive: true })
  }
})

it('names the connection that is not configured, and what to do', async () => {
  await assert.rejects(new ConnectionPool({}, 'writer').open('lake'), (error) => {
    assert.ok(error instanceof HansardError && error.code === 'CONNECTION_UNKNOWN')
    assert.match(error.message, /lake is not configured any more.*Put it back/)
    return true
  })
})
