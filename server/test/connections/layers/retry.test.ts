import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, HansardError } from 'hansard-protocol'
import { collect } from '../../../../test/contract/connection.ts'
import { openRandom } from '../../../../test/kit/random.ts'
import { makeSealedFile } from '../../../../test/kit/sealed-file.ts'
import { SimClock } from '../../../../test/kit/sim-clock.ts'
import { type Accident, type SimRequest, SimStore } from '../../../../test/kit/sim-store.ts'
import type { Connection } from '../../../src/connections/connection.ts'
import { withRetry } from '../../../src/connections/layers/retry.ts'
import { openObjectConnection } from '../../../src/connections/object-connection.ts'

/** A store with accidents, and the connection to it behind the layer; `requests` has what was asked of the store. */
function open(decide: (request: SimRequest, count: number) => Accident | undefined) {
  const clock = new SimClock()
  const store = new SimStore()
  const requests: SimRequest[] = []
  store.onRequest = (request) => decide(request, requests.push(request))
  const naked = openObjectConnection({ prefix: '', conditionalWrites: true, openStore: () => store.open() })
  return { clock, store, requests, connection: withRetry(naked, clock, openRandom(1)) }
}

const file = makeSealedFile('text')
const operations: Record<string, (connection: Connection) => Promise<unknown>> = {
  put: (connection) => connection.put('new', file),
  get: (connection) => connection.get('a'),
  list: (connection) => collect(connection.list('')),
  remove: (connection) => connection.remove('a'),
}

const hasCode = (code: ErrorCode) => (error: unknown) => error instanceof HansardError && error.code === code

describe('retry', () => {
  for (const [name, operate] of Object.entries(operations)) {
    for (const accident of ['busy', 'reset'] as const) {
      it(`does a ${name} again after ${accident}, three times`, async () => {
        const { clock, store, requests, connection } = open((_request, count) =>
          count <= 3 ? accident : undefined,
        )
        store.objects.set('a', Buffer.from('text'))
        await clock.runUntil(operate(connection))
        assert.equal(requests.length, 4)
        assert.ok(clock.elapsedMs > 0)
      })
    }

    it(`gives up a ${name} when the fault lasts`, async () => {
      const { clock, store, requests, connection } = open(() => 'busy')
      store.objects.set('a', Buffer.from('text'))
      await assert.rejects(clock.runUntil(operate(connection)), hasCode('CONNECTION_BUSY'))
      assert.equal(requests.length, 4)
    })

    it(`does not repeat a ${name} that is denied`, async () => {
      const { clock, requests, connection } = open(() => 'denied')
      await assert.rejects(operate(connection), hasCode('CONNECTION_DENIED'))
      assert.equal(requests.length, 1)
      assert.equal(clock.elapsedMs, 0)
    })

    it(`does not repeat a ${name} whose caller has given up`, async () => {
      const { clock, requests, connection } = open(() => 'busy')
      const aborter = new AbortController()
      const work =
        name === 'list'
          ? collect(connection.list('', aborter.signal))
          : name === 'put'
            ? connection.put('new', file, aborter.signal)
            : name === 'get'
              ? connection.get('a', aborter.signal)
              : connection.remove('a', aborter.signal)
      const end = assert.rejects(work, hasCode('CONNECTION_BUSY'))
      await clock.advance(0)
      aborter.abort()
      await end
      assert.equal(requests.length, 1)
      assert.equal(clock.sleeperCount, 0)
    })
  }

  it('does not repeat what is the fault of the caller or of the sealed file', async () => {
    const { store, requests, connection } = open(() => undefined)
    await assert.rejects(connection.get('a'), hasCode('FILE_MISSING'))
    await assert.rejects(connection.put('new', { ...file, sha256: '0'.repeat(64) }), hasCode('INTERNAL'))
    store.objects.set('new', Buffer.from('other'))
    await assert.rejects(connection.put('new', file), hasCode('FILE_CONFLICT'))
    assert.deepEqual(
      requests.map(({ operation }) => operation),
      ['read', 'put', 'read'],
    )
  })

  it('has the file once when the answer to its put was lost', async () => {
    const { clock, store, connection } = open((_request, count) => (count === 1 ? 'lost-answer' : undefined))
    assert.equal(await clock.runUntil(connection.put('a', file)), 'same')
    assert.deepEqual([...store.objects], [['a', Buffer.from('text')]])
  })

  it('goes on with a list after a fault: every file once, in order, whatever is put meanwhile', async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = openRandom(seed)
      let faultsLeft = 3
      const { clock, store, connection } = open(() =>
        random.chance(0.1) && faultsLeft-- > 0 ? 'busy' : undefined,
      )
      const paths = Array.from({ length: 30 }, (_, n) => `f${String(n * 2).padStart(3, '0')}`)
      for (const path of paths) store.objects.set(path, Buffer.from(path))
      const found: string[] = []
      const list = async (): Promise<void> => {
        for await (const { path } of connection.list('')) {
          found.push(path)
          store.objects.set(`f${String(random.nextInteger(60)).padStart(3, '0')}`, Buffer.from('meanwhile'))
        }
      }
      await clock.runUntil(list())
      assert.deepEqual(found, [...new Set(found)].sort(), `seed ${seed}`)
      for (const path of paths) assert.ok(found.includes(path), `seed ${seed}: ${path} is missing`)
    }
  })

  it('gives up a list only after faults in a row', async () => {
    // Every page comes at its second request, and each time the pages before it come again.
    let page = 0
    const { clock, store, requests, connection } = open(() => undefined)
    for (let n = 0; n < 30; n++) store.objects.set(`f${10 + n}`, Buffer.from('x'))
    const seen = new Map<number, number>()
    store.onRequest = (request) => {
      requests.push(request)
      const times = (seen.get(page) ?? 0) + 1
      seen.set(page, times)
      const isFault = times === 1
      page = isFault ? 0 : page + 1
      return isFault ? 'busy' : undefined
    }
    assert.equal((await clock.runUntil(collect(connection.list('')))).length, 30)
    assert.ok(requests.length > 50)
  })
})
