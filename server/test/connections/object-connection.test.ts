import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, HansardError } from 'hansard-protocol'
import { collect, testConnectionContract } from '../../../test/contract/connection.ts'
import { testConnectionWeather } from '../../../test/contract/connection-weather.ts'
import { openRandom } from '../../../test/kit/random.ts'
import { makeSealedFile } from '../../../test/kit/sealed-file.ts'
import { SimClock } from '../../../test/kit/sim-clock.ts'
import { type Accident, type SimRequest, SimStore } from '../../../test/kit/sim-store.ts'
import { openSimStoreWeather } from '../../../test/kit/sim-store-weather.ts'
import { makeWeatherproof } from '../../../test/kit/weatherproof.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { withBudget } from '../../src/connections/layers/budget.ts'
import { ConnectionMeter } from '../../src/connections/layers/meter.ts'
import { withRetry } from '../../src/connections/layers/retry.ts'
import { withTimeout } from '../../src/connections/layers/timeout.ts'
import { openObjectConnection } from '../../src/connections/object-connection.ts'

function openOn(store: SimStore, prefix = '', conditionalWrites = true): Connection {
  return openObjectConnection({
    prefix,
    conditionalWrites,
    openStore: () => store.open(conditionalWrites),
  })
}

const open = (prefix?: string, conditionalWrites?: boolean): Connection =>
  openOn(new SimStore({ latencyTurnsMax: 3 }), prefix, conditionalWrites)

for (const prefix of ['', 'a', '/a/b/', 'with space/ü', '//']) {
  testConnectionContract(`an object store below the prefix ${JSON.stringify(prefix)}`, async () => ({
    connection: open(prefix),
  }))
}

testConnectionContract('an object store without conditional writes', async () => ({
  connection: open('', false),
}))

const clock = new SimClock()
const layers: Record<string, (connection: Connection) => Connection> = {
  retry: (connection) => withRetry(connection, clock, openRandom(1)),
  timeout: (connection) => withTimeout(connection, 30_000, clock),
  meter: (connection) => new ConnectionMeter(clock).watch(connection),
  budget: withBudget,
  'every layer': (connection) => makeWeatherproof(connection, clock, 30_000),
}
for (const [name, wrap] of Object.entries(layers)) {
  testConnectionContract(`an object store behind ${name}`, async () => ({ connection: wrap(open()) }))
}

for (const conditions of ['kept', 'whole', 'none'] as const) {
  const openInWeather = async () => {
    const clock: SimClock = new SimClock({ settle: () => store.settle() })
    const store = new SimStore({ latencyTurnsMax: 3, pieceBytes: 30_000, clock })
    if (conditions !== 'none') store.conditions = conditions
    return {
      connection: makeWeatherproof(openOn(store, 'p', conditions !== 'none'), clock, 30_000),
      weather: openSimStoreWeather(store),
      wait: <T>(work: Promise<T>) => clock.runUntil(work),
    }
  }
  testConnectionWeather(`an object store with conditions: ${conditions}`, openInWeather, {
    largeBytes: 100_000,
  })
}

const large = Buffer.from(openRandom(5).readBytes(10_000))
const hasCode = (code: ErrorCode) => (error: unknown) => error instanceof HansardError && error.code === code

/** Requests of the store, by operation. */
function listen(
  store: SimStore,
  decide: (request: SimRequest, count: number) => Accident | undefined = () => undefined,
) {
  const operations: string[] = []
  store.onRequest = (request) => decide(request, operations.push(request.operation))
  return operations
}

describe('who may only write', () => {
  it('puts, and puts again, but nothing can be compared', async () => {
    const store = new SimStore()
    store.canRead = false
    const connection = openOn(store)
    for (const content of [Buffer.from('text'), large]) {
      const path = `f${content.length}`
      assert.equal(await connection.put(path, makeSealedFile(content)), 'created')
      assert.equal(await connection.put(path, makeSealedFile(content)), 'uncompared')
      const other = makeSealedFile(Buffer.alloc(content.length))
      assert.equal(await connection.put(path, other), 'uncompared')
      assert.ok(content.equals(store.objects.get(path)!))
    }
    assert.equal(store.uploadCount, 0)
    assert.equal(store.openCount, 1, 'the credentials are good: they need not be read again')
  })

  it('is not mistaken for one whose secret expires between two requests', async () => {
    for (const content of [Buffer.from('text'), large]) {
      const store = new SimStore()
      store.objects.set('a', Buffer.alloc(content.length))
      let denials = 1
      listen(store, ({ operation }) => (operation === 'read' && denials-- > 0 ? 'denied' : undefined))
      await assert.rejects(openOn(store).put('a', makeSealedFile(content)), hasCode('FILE_CONFLICT'))

      let isExpired = false
      listen(store, ({ operation }) => {
        isExpired ||= operation === 'read'
        return isExpired ? 'denied' : undefined
      })
      await assert.rejects(openOn(store).put('a', makeSealedFile(content)), hasCode('CONNECTION_DENIED'))
    }
  })

  it('is told so where put cannot do without looking', async () => {
    const store = new SimStore()
    store.canRead = false
    await assert.rejects(
      openOn(store, '', false).put('a', makeSealedFile('text')),
      hasCode('CONNECTION_DENIED'),
    )
    assert.equal(store.objects.size, 0)
  })
})

describe('a large file', () => {
  it('goes in pieces, with the memory of one', async () => {
    const store = new SimStore()
    const operations = listen(store)
    await openOn(store).put('a', makeSealedFile(large, 300))
    assert.deepEqual(operations, ['read', 'begin', ...Array(10).fill('piece'), 'complete'])
    assert.equal(store.bodyBytes.most, 1_000)
    assert.ok(large.equals(store.objects.get('a')!))
  })

  it('goes in larger pieces when there would be too many', async () => {
    const store = new SimStore({ piecesMax: 4 })
    const operations = listen(store)
    await openOn(store).put('a', makeSealedFile(large, 300))
    assert.equal(operations.filter((operation) => operation === 'piece').length, 4)
    assert.ok(large.equals(store.objects.get('a')!))
  })

  it('is not sent again when it is there, and compared as it comes', async () => {
    const store = new SimStore()
    const connection = openOn(store)
    await connection.put('a', makeSealedFile(large))
    const operations = listen(store)
    assert.equal(await connection.put('a', makeSealedFile(large)), 'same')
    assert.deepEqual(operations, ['read'])
  })

  it('gives its upload up when it fails at any request', async () => {
    for (let at = 1; at <= 13; at++) {
      const store = new SimStore()
      listen(store, (_request, count) => (count === at ? 'reset' : undefined))
      const end = await openOn(store)
        .put('a', makeSealedFile(large))
        .catch((error: unknown) => error)
      assert.ok(hasCode('CONNECTION_UNREACHABLE')(end), `request ${at}: ${end}`)
      assert.equal(store.uploadCount, 0)
      assert.equal(store.objects.size, 0)
      store.onRequest = undefined
      assert.equal(await openOn(store).put('a', makeSealedFile(large)), 'created')
    }
  })

  it('is not replaced by one that comes between, whether the last request is conditional or not', async () => {
    for (const conditions of ['kept', 'whole'] as const) {
      const store = new SimStore()
      store.conditions = conditions
      store.objects.set('a', Buffer.alloc(10_000))
      await assert.rejects(openOn(store).put('a', makeSealedFile(large)), hasCode('FILE_CONFLICT'))
      assert.ok(store.objects.get('a')!.equals(Buffer.alloc(10_000)))
    }
    const store = new SimStore()
    listen(store, ({ operation, key }) => {
      if (operation === 'piece') store.objects.set(key, Buffer.alloc(10_000))
      return undefined
    })
    await assert.rejects(openOn(store).put('a', makeSealedFile(large)), hasCode('FILE_CONFLICT'))
    assert.ok(store.objects.get('a')!.equals(Buffer.alloc(10_000)))
    assert.equal(store.uploadCount, 0)
  })
})

describe('a store that answers strangely', () => {
  it('is unreachable when an object ends early, not a conflict', async () => {
    for (const accident of ['short', 'reset'] as const) {
      for (const content of [Buffer.from('text'), large]) {
        const store = new SimStore()
        store.objects.set('a', content)
        listen(store, ({ operation }) => (operation === 'read' ? accident : undefined))
        const connection = openOn(store)
        await assert.rejects(connection.get('a'), hasCode('CONNECTION_UNREACHABLE'))
        await assert.rejects(connection.put('a', makeSealedFile(content)), hasCode('CONNECTION_UNREACHABLE'))
      }
    }
  })

  it('is unreachable when an object is taken away between two requests', async () => {
    const store = new SimStore()
    store.objects.set('a', Buffer.from('text'))
    listen(store, ({ operation }) => (operation === 'read' ? 'gone' : undefined))
    const connection = openOn(store)
    await assert.rejects(connection.put('a', makeSealedFile('text')), (error: Error) => {
      assert.ok(hasCode('CONNECTION_UNREACHABLE')(error))
      assert.match(error.message, /sim:\/\/a was there and is gone again/)
      return true
    })
    assert.equal(await connection.put('a', makeSealedFile('text')), 'created')
  })

  it('is named when it knows no conditions, and works without them', async () => {
    const store = new SimStore()
    store.conditions = 'unsupported'
    for (const content of ['text', large]) {
      await assert.rejects(openOn(store).put('a', makeSealedFile(content)), hasCode('CONNECTION_UNSUPPORTED'))
    }
    assert.equal(await openOn(store, '', false).put('a', makeSealedFile('text')), 'created')
  })
})

describe('a store that denies', () => {
  it('is opened anew, once for all who were denied together', async () => {
    const store = new SimStore({ latencyTurnsMax: 5 })
    const connection = openOn(store)
    const putAll = (): Promise<PromiseSettledResult<unknown>[]> =>
      Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => connection.put(`f${n}`, makeSealedFile('text'))),
      )
    await connection.put('a', makeSealedFile('text'))
    store.rotateSecret()
    for (const end of await putAll()) {
      assert.ok(end.status === 'fulfilled' || hasCode('CONNECTION_DENIED')(end.reason))
    }
    assert.equal(store.objects.size < 21, true)
    for (const end of await putAll()) assert.equal(end.status, 'fulfilled')
    assert.equal(store.openCount, 2)
  })

  it('is opened anew by every operation', async () => {
    const store = new SimStore()
    store.objects.set('a', Buffer.from('text'))
    const connection = openOn(store)
    for (const operate of [
      () => connection.get('a'),
      () => collect(connection.list('')),
      () => connection.put('b', makeSealedFile('text')),
      () => connection.remove('b'),
    ]) {
      await operate()
      store.rotateSecret()
      await assert.rejects(operate(), hasCode('CONNECTION_DENIED'))
      await operate()
    }
    assert.equal(store.openCount, 5)
  })

  it('cannot be opened as long as its secret cannot be read, and then can', async () => {
    const store = new SimStore()
    let isReadable = false
    const connection = openObjectConnection({
      prefix: '',
      conditionalWrites: true,
      async openStore() {
        if (!isReadable) throw new HansardError('SECRET_UNREADABLE', 'no such file')
        return store.open()
      },
    })
    for (let attempt = 0; attempt < 2; attempt++) {
      await assert.rejects(connection.get('a'), hasCode('SECRET_UNREADABLE'))
    }
    isReadable = true
    await connection.put('a', makeSealedFile('text'))
  })
})

it('passes over the objects that tools put for folders', async () => {
  const store = new SimStore()
  for (const key of ['p/', 'p/a/', 'p/a/b']) store.objects.set(key, Buffer.alloc(0))
  assert.deepEqual(await collect(openOn(store, 'p').list('')), [{ path: 'a/b', bytes: 0 }])
})

it('tells the clock of the store by its last answer, also when the store was opened anew', async () => {
  const store = new SimStore()
  const connection = openOn(store)
  assert.equal(connection.readClockSkewMs(), undefined)
  store.clockSkewMs = 1_500
  await connection.remove('a')
  assert.equal(connection.readClockSkewMs(), 1_500)
  store.rotateSecret()
  store.clockSkewMs = undefined
  await assert.rejects(connection.remove('a'))
  await connection.remove('a')
  assert.equal(connection.readClockSkewMs(), 1_500)
})

it('ends soon when it is called off', async () => {
  for (const content of [Buffer.from('text'), large]) {
    const store = new SimStore()
    listen(store, ({ operation }) => (operation === 'put' || operation === 'piece' ? 'hang' : undefined))
    const aborter = new AbortController()
    const end = openOn(store).put('a', makeSealedFile(content), aborter.signal)
    await store.settle()
    aborter.abort()
    await assert.rejects(end, hasCode('CONNECTION_UNREACHABLE'))
    assert.equal(store.uploadCount, 0)
  }
})
