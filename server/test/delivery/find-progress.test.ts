import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HansardError } from 'hansard-protocol'
import { makeDestinationSettings } from '../../../test/kit/delivery-rig.ts'
import { makeSealedFile } from '../../../test/kit/sealed-file.ts'
import { SimStore } from '../../../test/kit/sim-store.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { openMemoryConnection } from '../../src/connections/memory.ts'
import { openObjectConnection } from '../../src/connections/object-connection.ts'
import { findProgress, makeUncheckedProgress } from '../../src/delivery/find-progress.ts'
import { encodeManifest, type Manifest, makeManifestPath } from '../../src/integrity/manifest.ts'

const lane = 'abcdefgh'
const settings = makeDestinationSettings('d', { path: 'x/y' })
const recorded = { settings, first: settings, from: 10, since: 2 }

const manifest: Manifest = {
  format: 'hansard-manifest-1',
  destination: 'd',
  lane,
  epoch: 0,
  first: 12,
  last: 19,
  previousLast: -1,
  count: 4,
  countTotal: 4,
  topics: { a: 4 },
  settings,
  revision: 2,
  parts: [],
}

function put(connection: Connection, path: string, content: string | Uint8Array): Promise<unknown> {
  return connection.put(path, makeSealedFile(content))
}

function putManifest(connection: Connection, change: Partial<Manifest> = {}): Promise<unknown> {
  const whole = { ...manifest, ...change }
  return put(
    connection,
    makeManifestPath('x/y', whole.lane, whole.destination, whole.epoch),
    encodeManifest(whole),
  )
}

describe('the progress of a destination without a progress file', () => {
  it('is its beginning when no manifest stands there', async () => {
    assert.deepEqual(await findProgress(openMemoryConnection(), lane, recorded, 0), {
      position: 10,
      epoch: 0,
      previousLast: -1,
      delivered: 0,
      filtered: 0,
      settings,
      revision: 1,
    })
  })

  it('is behind the newest manifest, under the settings that held there', async () => {
    const connection = openMemoryConnection()
    const older = makeDestinationSettings('d', { path: 'x/y', topics: ['a'] })
    for (const epoch of [0, 1, 9_999]) await putManifest(connection, { epoch })
    await putManifest(connection, {
      epoch: 10_000,
      last: 99,
      countTotal: 60,
      settings: older,
      revision: 4,
    })
    assert.deepEqual(await findProgress(connection, lane, recorded, 0), {
      position: 100,
      epoch: 10_001,
      previousLast: 99,
      delivered: 60,
      filtered: 30,
      settings: older,
      revision: 4,
    })
  })

  it('minds its own lane and path only', async () => {
    const connection = openMemoryConnection()
    await putManifest(connection, { lane: 'zzzzzzzz', last: 500 })
    await put(
      connection,
      makeManifestPath('x/yy', lane, 'd', 7),
      encodeManifest({ ...manifest, epoch: 7, last: 700 }),
    )
    assert.equal((await findProgress(connection, lane, recorded, 0)).position, 10)
  })

  it('passes over files that are no manifests by their names', async () => {
    const connection = openMemoryConnection()
    await putManifest(connection)
    const root = `x/y/_hansard/${lane}/d`
    for (const path of [`${root}/zzz.txt`, `${root}/000000/9999999999.json.tmp`, `${root}/tile/0/000`]) {
      await put(connection, path, 'foreign')
    }
    assert.equal((await findProgress(connection, lane, recorded, 0)).position, 20)
  })

  it('is not guessed when a foreign file stands in place of the newest manifest', async () => {
    for (const content of ['', '{', 'null', '[]', '{"format":"other","parts":[]}', '{"format":1}']) {
      const connection = openMemoryConnection()
      await putManifest(connection)
      await put(connection, makeManifestPath('x/y', lane, 'd', 1), content)
      await assert.rejects(
        findProgress(connection, lane, recorded, 0),
        (error) => error instanceof HansardError && error.code === 'FILE_CONFLICT',
        content,
      )
    }
  })

  it('begins at the settings frame again when the destination was taken out and put in', async () => {
    const connection = openMemoryConnection()
    await putManifest(connection, { epoch: 4, last: 30, countTotal: 20 })
    const again = { settings, first: settings, from: 50, since: 9 }
    const found = await findProgress(connection, lane, again, 0)
    assert.deepEqual([found.position, found.epoch, found.previousLast, found.revision], [50, 5, 30, 8])
  })

  it('never lies before what the journal still has', async () => {
    assert.equal((await findProgress(openMemoryConnection(), lane, recorded, 15)).position, 15)
  })

  it('is its beginning for who may only write: the same files come out again', async () => {
    const { connection, store } = openWriteOnly()
    await putManifest(connection)
    assert.equal(store.objects.size, 1)
    const found = await findProgress(connection, lane, recorded, 10)
    assert.deepEqual([found.position, found.epoch, found.previousLast, found.delivered], [10, 0, -1, 0])
    assert.deepEqual([found.settings, found.revision], [settings, 1])
    assert.deepEqual(found.guessedFrom, makeUncheckedProgress(recorded))
  })

  it('cannot be found by who may only write when the journal has forgotten the beginning', async () => {
    const { connection, store } = openWriteOnly()
    await putManifest(connection)
    await assert.rejects(findProgress(connection, lane, recorded, 11), (error: Error) => {
      assert.ok(error instanceof HansardError && error.code === 'CONNECTION_DENIED')
      assert.match(error.message, /sim:\/\/x\/y\/_hansard.*The position is lost.* must be read, once/)
      return true
    })
    store.canRead = true
    assert.equal((await findProgress(connection, lane, recorded, 11)).position, 20)
  })

  it('is not guessed when the connection fails in another way, and is not looked for in vain', async () => {
    const store = new SimStore()
    store.onRequest = () => 'busy'
    const connection = openStore(store)
    await assert.rejects(
      findProgress(connection, lane, recorded, 0),
      (error) => error instanceof HansardError && error.code === 'CONNECTION_BUSY',
    )
    store.onRequest = () => 'hang'
    const aborter = new AbortController()
    const looking = findProgress(connection, lane, recorded, 0, aborter.signal)
    await store.settle()
    aborter.abort()
    await assert.rejects(looking)
  })
})

function openStore(store: SimStore): Connection {
  return openObjectConnection({ prefix: '', conditionalWrites: true, openStore: () => store.open() })
}

function openWriteOnly(): { connection: Connection; store: SimStore } {
  const store = new SimStore()
  store.canRead = false
  return { connection: openStore(store), store }
}
