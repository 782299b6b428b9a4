import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { collect } from '../../../../test/contract/connection.ts'
import { makeSealedFile } from '../../../../test/kit/sealed-file.ts'
import { SimClock } from '../../../../test/kit/sim-clock.ts'
import { SimStore } from '../../../../test/kit/sim-store.ts'
import type { Connection } from '../../../src/connections/connection.ts'
import { ConnectionMeter } from '../../../src/connections/layers/meter.ts'
import { openObjectConnection } from '../../../src/connections/object-connection.ts'

function open(meter: ConnectionMeter, store: SimStore): Connection {
  return meter.watch(
    openObjectConnection({ prefix: '', conditionalWrites: true, openStore: () => store.open() }),
  )
}

const readUsages = (meter: ConnectionMeter): unknown[] =>
  meter.usages.map(({ operation, result, count, seconds, bytes }) => [
    operation,
    result,
    count,
    seconds,
    bytes,
  ])

describe('the meter of a connection', () => {
  it('counts operations by their result, with their time and bytes', async () => {
    const clock: SimClock = new SimClock({ settle: () => store.settle() })
    const store = new SimStore({ clock })
    const meter = new ConnectionMeter(clock)
    const connection = open(meter, store)
    const file = makeSealedFile('text')
    store.onRequest = () => 'slow'
    await clock.runUntil(connection.put('a', file))
    store.onRequest = undefined
    await connection.put('b', file)
    await connection.put('b', file)
    await assert.rejects(connection.put('b', makeSealedFile('other')))
    await connection.get('a')
    await assert.rejects(connection.get('c'))
    await collect(connection.list(''))
    for await (const _file of connection.list('')) break
    await connection.remove('a')
    store.onRequest = () => 'busy'
    await assert.rejects(connection.remove('a'))
    await assert.rejects(collect(connection.list('')))
    assert.deepEqual(readUsages(meter), [
      ['put', 'ok', 3, 5, 8],
      ['put', 'FILE_CONFLICT', 1, 0, 0],
      ['get', 'ok', 1, 0, 4],
      ['get', 'FILE_MISSING', 1, 0, 0],
      ['list', 'ok', 2, 0, 0],
      ['remove', 'ok', 1, 0, 0],
      ['remove', 'CONNECTION_BUSY', 1, 0, 0],
      ['list', 'CONNECTION_BUSY', 1, 0, 0],
    ])
  })

  it('sums up all connections it watches, and never counts time backwards', async () => {
    const clock = new SimClock()
    const meter = new ConnectionMeter(clock)
    const store = new SimStore()
    store.onRequest = () => {
      clock.jump(-60_000)
      return undefined
    }
    await open(meter, store).put('a', makeSealedFile('text'))
    await open(meter, store).put('b', makeSealedFile('text'))
    assert.deepEqual(readUsages(meter), [['put', 'ok', 2, 0, 8]])
  })
})
