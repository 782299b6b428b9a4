import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type ErrorCode, HansardError } from 'hansard-protocol'
import { collect } from '../../../../test/contract/connection.ts'
import { makeSealedFile } from '../../../../test/kit/sealed-file.ts'
import { SimClock } from '../../../../test/kit/sim-clock.ts'
import { nextTurn } from '../../../../test/kit/turns.ts'
import type { Connection } from '../../../src/connections/connection.ts'
import { withTimeout } from '../../../src/connections/layers/timeout.ts'
import { openMemoryConnection } from '../../../src/connections/memory.ts'

/** A connection that answers when it is told to; `signals` has the signal of each operation. */
function open(timeoutMs = 30_000) {
  const clock = new SimClock()
  const signals: (AbortSignal | undefined)[] = []
  const answer = Promise.withResolvers<never>()
  const begin = (signal: AbortSignal | undefined): Promise<never> => {
    signals.push(signal)
    return answer.promise
  }
  const slow: Connection = {
    put: (_path, _file, signal) => begin(signal),
    get: (_path, signal) => begin(signal),
    async *list(_prefix, signal) {
      yield { path: 'a', bytes: 1 }
      yield await begin(signal)
    },
    remove: (_path, signal) => begin(signal),
    readClockSkewMs: () => 7,
  }
  return { clock, signals, answer, connection: withTimeout(slow, timeoutMs, clock) }
}

const file = makeSealedFile('text')
const operations: Record<string, (connection: Connection, signal?: AbortSignal) => Promise<unknown>> = {
  put: (connection, signal) => connection.put('a', file, signal),
  get: (connection, signal) => connection.get('a', signal),
  list: (connection, signal) => collect(connection.list('', signal)),
  remove: (connection, signal) => connection.remove('a', signal),
}

const hasCode = (code: ErrorCode) => (error: unknown) => error instanceof HansardError && error.code === code

describe('timeout', () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  before(() => process.on('unhandledRejection', note))
  after(() => process.off('unhandledRejection', note))

  for (const [name, operate] of Object.entries(operations)) {
    it(`ends a ${name} that hangs, and calls it off`, async () => {
      const { clock, signals, connection } = open()
      await assert.rejects(clock.runUntil(operate(connection)), (error: Error) => {
        assert.ok(hasCode('CONNECTION_UNREACHABLE')(error))
        assert.match(error.message, /did not answer within \d+ s\. Check it, the network/)
        return true
      })
      assert.equal(signals.length, 1)
      assert.equal(signals[0]!.aborted, true)
      assert.equal(clock.sleeperCount, 0)
    })

    it(`passes on that the caller of a ${name} has given up`, async () => {
      const { clock, signals, answer, connection } = open()
      const aborter = new AbortController()
      const work = operate(connection, aborter.signal)
      await nextTurn()
      assert.equal(signals[0]!.aborted, false)
      aborter.abort()
      assert.equal(signals[0]!.aborted, true)
      answer.reject(new HansardError('CONNECTION_UNREACHABLE', 'called off'))
      await assert.rejects(work, /called off/)
      assert.equal(clock.elapsedMs, 0)
      assert.equal(clock.sleeperCount, 0)
    })

    it(`tells a ${name} at once when its caller had given up before`, async () => {
      const { answer, signals, connection } = open()
      answer.reject(new HansardError('CONNECTION_UNREACHABLE', 'called off'))
      await assert.rejects(operate(connection, AbortSignal.abort()), /called off/)
      assert.equal(signals[0]!.aborted, true)
    })

    it(`takes no harm from the end of a ${name} that comes too late`, async () => {
      const { clock, answer, connection } = open()
      await assert.rejects(clock.runUntil(operate(connection)), hasCode('CONNECTION_UNREACHABLE'))
      answer.reject(new Error('late'))
      for (let turn = 0; turn < 10; turn++) await nextTurn()
      assert.deepEqual(unhandled, [])
    })
  }

  it('gives a large file the time of a slow line', async () => {
    const { clock, connection } = open(1_000)
    const large = { ...file, bytes: 100 * 256 * 1024 }
    await assert.rejects(clock.runUntil(connection.put('a', large)))
    assert.equal(clock.elapsedMs, 101_000)
  })

  it('gives a get the time it takes, as long as something comes', async () => {
    const clock = new SimClock()
    const store: Connection = {
      ...openMemoryConnection(),
      async get(path, _signal, onChunk) {
        for (let chunk = 0; chunk < 10; chunk++) {
          await clock.sleep(900)
          onChunk?.()
        }
        if (path === 'hangs') await new Promise(() => {})
        return Buffer.from('whole')
      },
    }
    const connection = withTimeout(store, 1_000, clock)
    let chunks = 0
    const bytes = await clock.runUntil(connection.get('a', undefined, () => void chunks++))
    assert.equal(Buffer.from(bytes).toString(), 'whole')
    assert.deepEqual([chunks, clock.elapsedMs], [10, 9_000])
    await assert.rejects(clock.runUntil(connection.get('hangs')), hasCode('CONNECTION_UNREACHABLE'))
    assert.equal(clock.sleeperCount, 0)
  })

  it('gives each step of a list its own time, and none to its reader', async () => {
    const clock = new SimClock()
    const connection = withTimeout(
      {
        ...openMemoryConnection(),
        async *list() {
          for (const path of ['a', 'b', 'c']) {
            await clock.sleep(900)
            yield { path, bytes: 0 }
          }
        },
      },
      1_000,
      clock,
    )
    const read = async (): Promise<string[]> => {
      const paths: string[] = []
      for await (const { path } of connection.list('')) {
        paths.push(path)
        await clock.sleep(5_000)
      }
      return paths
    }
    assert.deepEqual(await clock.runUntil(read()), ['a', 'b', 'c'])
  })

  it('leaves nothing behind when all goes well', async () => {
    const clock = new SimClock()
    const connection = withTimeout(openMemoryConnection(), 1_000, clock)
    const aborter = new AbortController()
    assert.equal(await connection.put('a', file, aborter.signal), 'created')
    assert.equal(Buffer.from(await connection.get('a', aborter.signal)).toString(), 'text')
    for await (const { path } of connection.list('', aborter.signal)) {
      assert.equal(path, 'a')
      break
    }
    await connection.remove('a', aborter.signal)
    assert.equal(clock.sleeperCount, 0)
    assert.equal(open().connection.readClockSkewMs(), 7)
  })
})
