import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HansardError } from 'hansard-protocol'
import { DeliveryRig, makeDestinationSettings } from '../../../test/kit/delivery-rig.ts'
import { readDelivered } from '../../../test/kit/read-delivered.ts'
import type { Manifest } from '../../src/integrity/manifest.ts'

/** The events by the folder in which they stand, in the order of the paths. */
async function readByFolder(rig: DeliveryRig): Promise<Record<string, string>> {
  const { files } = await readDelivered(rig.files)
  const folders: Record<string, string> = {}
  for (const { path, lines } of files) {
    const folder = path.slice(0, path.lastIndexOf('/'))
    const events = lines.map((line) => JSON.parse(line).clientEvent.n).join(',')
    folders[folder] = folders[folder] === undefined ? events : `${folders[folder]} ${events}`
  }
  return folders
}

const append = (rig: DeliveryRig, n: number, topic = 't'): Promise<unknown> =>
  rig.append([[topic, null, `{"n":${n}}`]])

async function finish(rig: DeliveryRig, ...names: string[]): Promise<void> {
  await rig.appendControl('cut')
  for (const name of names) await rig.untilFinished(name)
}

describe('a change of settings', () => {
  it('holds from its frame on: events before it go by the old settings, also when they come late', async () => {
    const rig = new DeliveryRig()
    await rig.start()
    await rig.change(makeDestinationSettings('all', { path: 'old' }))
    rig.onConnection = (operation) => {
      if (operation === 'put') throw new HansardError('CONNECTION_UNREACHABLE', 'away')
    }
    await append(rig, 0)
    await rig.change(
      makeDestinationSettings('all', { path: 'new', topics: ['t'], layout: '/{yyyy}/{topic}' }),
    )
    await append(rig, 1)
    await append(rig, 2, 'other')
    await rig.appendControl('cut')
    await rig.until(() => rig.status('all').state === 'retrying')
    rig.onConnection = () => {}
    await rig.clock.advance(1_000)
    await rig.untilFinished('all')
    assert.deepEqual(await readByFolder(rig), { 'old/t': '0', 'new/2026/t': '1' })
    const { delivered, filtered } = rig.status('all')
    assert.deepEqual([delivered, filtered], [2, 1])
    await rig.stop()
  })

  it('that changes nothing ends the epoch and no more', async () => {
    const rig = new DeliveryRig()
    await rig.start()
    for (let round = 0; round < 3; round++) {
      await rig.change(makeDestinationSettings('all'))
      await append(rig, round)
    }
    await finish(rig, 'all')
    assert.deepEqual(await readByFolder(rig), { 'all/t': '0 1 2' })
    await rig.stop()
  })

  it('brings in a destination that begins at its frame', async () => {
    const rig = new DeliveryRig()
    await rig.start()
    await rig.change(makeDestinationSettings('first'))
    await append(rig, 0)
    await rig.change(makeDestinationSettings('first'), makeDestinationSettings('second'))
    await append(rig, 1)
    await finish(rig, 'first', 'second')
    assert.deepEqual(await readByFolder(rig), { 'first/t': '0 1', 'second/t': '1' })
    const { position, delivered, filtered } = rig.status('second')
    assert.deepEqual([position, delivered, filtered], [2, 1, 0])
    await rig.stop()
  })

  it('brings in a destination although frames without it stand at the same position', async () => {
    const rig = new DeliveryRig()
    await rig.start()
    await rig.change(makeDestinationSettings('first'))
    await rig.change(makeDestinationSettings('first'), makeDestinationSettings('second'))
    await append(rig, 0)
    await finish(rig, 'first', 'second')
    assert.deepEqual(await readByFolder(rig), { 'first/t': '0', 'second/t': '0' })
    assert.ok(!rig.reports.some(({ state }) => state === 'retired'))
    await rig.stop()
  })

  it('takes out a destination, which first finishes what was its own', async () => {
    const rig = new DeliveryRig()
    await rig.start()
    await rig.change(makeDestinationSettings('gone'), makeDestinationSettings('stays'))
    await append(rig, 0)
    await rig.change(makeDestinationSettings('stays'))
    await append(rig, 1)
    await finish(rig, 'stays')
    await rig.until(() => rig.status('gone').state === 'retired')
    assert.deepEqual(await readByFolder(rig), { 'gone/t': '0', 'stays/t': '0 1' })
    await rig.restart()
    await rig.untilFinished('stays')
    assert.equal(rig.status('gone').state, 'retired')
    assert.deepEqual(await rig.disk.listFolder(`/data/positions/${rig.journal.lane}`), [
      { name: 'stays.json', isFolder: false },
    ])
    await rig.stop()
  })

  it('puts a destination in again while the old one is still finishing; each takes its own', async () => {
    for (const restarts of [false, true]) {
      const rig = new DeliveryRig()
      await rig.start()
      await rig.change(makeDestinationSettings('it'), makeDestinationSettings('other'))
      await rig.until(() => rig.status('it').state === 'healthy')
      rig.onConnection = (operation, path) => {
        if (operation === 'put' && path.startsWith('it')) throw new HansardError('CONNECTION_DENIED', 'no')
      }
      await append(rig, 0)
      await rig.change(makeDestinationSettings('other'))
      await append(rig, 1)
      await rig.change(makeDestinationSettings('it', { path: 'it/again' }), makeDestinationSettings('other'))
      await append(rig, 2)
      await rig.until(() => rig.status('it').state === 'retrying')
      if (restarts) await rig.restart()
      rig.onConnection = () => {}
      await rig.clock.advance(60_000)
      await finish(rig, 'it', 'other')
      assert.deepEqual(await readByFolder(rig), {
        'it/t': '0',
        'it/again/t': '2',
        'other/t': '0 1 2',
      })
      await rig.stop()
    }
  })

  it('delivers also a life that began and ended while the one before it was still finishing', async () => {
    for (const restarts of [false, true]) {
      const rig = new DeliveryRig()
      await rig.start()
      const it = makeDestinationSettings('it')
      const other = makeDestinationSettings('other')
      await rig.change(it, other)
      await rig.until(() => rig.status('it').state === 'healthy')
      rig.onConnection = (operation, path) => {
        if (operation === 'put' && path.startsWith('it')) throw new HansardError('CONNECTION_DENIED', 'no')
      }
      await append(rig, 0)
      for (const [n, settings] of [[other], [it, other], [other], [it, other], [other]].entries()) {
        await rig.change(...settings)
        await append(rig, n + 1)
      }
      await rig.until(() => rig.status('it').state === 'retrying')
      if (restarts) await rig.restart()
      rig.onConnection = () => {}
      await rig.clock.advance(60_000)
      await finish(rig, 'other')
      await rig.until(() => rig.status('it').state === 'retired')
      assert.deepEqual(await readByFolder(rig), { 'it/t': '0 2 4', 'other/t': '0 1 2 3 4 5' })
      await rig.stop()
    }
  })

  it('finds the manifests of an earlier life once it may read them, if it had to guess before', async () => {
    const rig = new DeliveryRig()
    await rig.start()
    const it = makeDestinationSettings('it')
    const other = makeDestinationSettings('other')
    await rig.change(it, other)
    await append(rig, 0)
    await rig.change(other)
    await rig.until(() => rig.status('it').state === 'retired')
    rig.onConnection = () => {
      throw new HansardError('CONNECTION_DENIED', 'no')
    }
    await rig.change(it, other)
    await append(rig, 1)
    await rig.appendControl('cut')
    await rig.until(() => rig.status('it').state === 'retrying')
    rig.onConnection = () => {}
    await rig.clock.advance(60_000)
    await finish(rig, 'it', 'other')
    assert.deepEqual(await readByFolder(rig), { 'it/t': '0 1', 'other/t': '0 1' })
    const { manifests } = await readDelivered(rig.files)
    const own = [...manifests.values()].filter((manifest) => (manifest as Manifest).destination === 'it')
    assert.deepEqual(
      own.map((manifest) => (manifest as Manifest).epoch),
      [0, 1],
    )
    await rig.stop()
  })

  it('puts a destination in again at the position where it was taken out', async () => {
    for (const restarts of [false, true]) {
      const rig = new DeliveryRig()
      await rig.start()
      await rig.change(makeDestinationSettings('it'), makeDestinationSettings('other'))
      await rig.until(() => rig.status('it').state === 'healthy')
      await append(rig, 0)
      await rig.change(makeDestinationSettings('other'))
      if (restarts) await rig.restart()
      await rig.change(makeDestinationSettings('it'), makeDestinationSettings('other'))
      await append(rig, 1)
      await finish(rig, 'it', 'other')
      assert.deepEqual(await readByFolder(rig), { 'it/t': '0 1', 'other/t': '0 1' })
      await rig.stop()
    }
  })

  it('gives the first destination what came while there was none', async () => {
    const rig = new DeliveryRig()
    await rig.start()
    await rig.change()
    await append(rig, 0)
    await rig.change()
    await append(rig, 1)
    await rig.change(makeDestinationSettings('late'))
    await append(rig, 2)
    await finish(rig, 'late')
    assert.deepEqual(await readByFolder(rig), { 'late/t': '0,1 2' })
    await rig.stop()
  })
})

describe('a restart', () => {
  it('in the middle of an epoch gives the same files and none twice', async () => {
    const rig = new DeliveryRig()
    await rig.start()
    await rig.change(makeDestinationSettings('all'))
    for (let n = 0; n < 6; n++) {
      await append(rig, n)
      if (n % 2 === 1) await rig.until(() => rig.status('all').openEvents > 0)
      if (n % 2 === 1) await rig.restart()
    }
    await finish(rig, 'all')
    assert.deepEqual(await readByFolder(rig), { 'all/t': '0,1,2,3,4,5' })
    await rig.stop()
  })

  it('after the parts and before the manifest, or before progress was saved, repeats nothing', async () => {
    for (const stopAt of ['/t/', '_hansard', 'positions']) {
      const rig = new DeliveryRig()
      await rig.start()
      await rig.change(makeDestinationSettings('all'))
      await rig.until(() => rig.status('all').state === 'healthy')
      for (let n = 0; n < 3; n++) await append(rig, n)
      let hasDied = false
      const die = (path: string): void => {
        if (hasDied || !path.includes(stopAt)) return
        hasDied = true
        rig.disk.kill()
        throw new HansardError('CONNECTION_UNREACHABLE', 'the process is dead')
      }
      rig.onConnection = (operation, path) => {
        if (operation === 'put') die(path)
      }
      rig.disk.onOperation = (operation, path) => {
        if (operation === 'renameFile') die(path)
      }
      await rig.appendControl('cut')
      await rig.until(() => hasDied)
      rig.disk.onOperation = undefined
      await rig.restart()
      await append(rig, 3)
      await finish(rig, 'all')
      assert.deepEqual(await readByFolder(rig), { 'all/t': '0,1,2 3' }, stopAt)
      const { delivered, epoch } = rig.status('all')
      assert.deepEqual([delivered, epoch], [4, 2], stopAt)
      await rig.stop()
    }
  })

  it('without the positions goes on behind the newest manifest', async () => {
    const rig = new DeliveryRig()
    await rig.start()
    await rig.change(makeDestinationSettings('all', { topics: ['t'] }))
    for (let n = 0; n < 3; n++) {
      await append(rig, n)
      await append(rig, n, 'other')
      await finish(rig, 'all')
    }
    const before = rig.status('all')
    await rig.stop()
    await rig.disk.removeFolder('/data/positions')
    await rig.restart()
    await append(rig, 3)
    await finish(rig, 'all')
    assert.deepEqual(await readByFolder(rig), { 'all/t': '0 1 2 3' })
    const { delivered, filtered, epoch } = rig.status('all')
    assert.deepEqual([delivered, filtered, epoch], [before.delivered + 1, before.filtered, before.epoch + 1])
    await rig.stop()
  })

  it('empties the staging folder of what the last run left', async () => {
    const rig = new DeliveryRig()
    await rig.disk.makeFolder('/data/staging/all')
    await (await rig.disk.createFile('/data/staging/all/spill')).close()
    await rig.start()
    assert.deepEqual(await rig.disk.listFolder('/data/staging'), [])
    await rig.stop()
  })
})

it('sees the end of the journal move while it reads, and needs no other event to notice', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const rig = new DeliveryRig({ seed, latencyTurnsMax: 3 })
    await rig.start(400)
    await rig.change(makeDestinationSettings('all'))
    await rig.until(() => rig.status('all').state === 'healthy')
    for (let n = 0; n < 12; n++) await append(rig, n)
    await rig.until(() => rig.status('all').openEvents === 12)
    await rig.stop()
  }
})

it('counts every event of every destination: stored = delivered + filtered + pending', async () => {
  const rig = new DeliveryRig()
  await rig.start()
  await rig.change(makeDestinationSettings('all'), makeDestinationSettings('some', { topics: ['a*'] }))
  for (let n = 0; n < 30; n++) {
    await append(rig, n, ['a1', 'a2', 'b'][n % 3])
    if (n % 7 === 6) await rig.appendControl('cut')
    if (n === 11) await rig.change(makeDestinationSettings('all'), makeDestinationSettings('some'))
    if (n === 17) await rig.restart()
    await rig.disk.settle()
    for (const { name, position, delivered, filtered } of rig.statuses.values()) {
      assert.equal(delivered + filtered, position, `${name} after event ${n}`)
    }
  }
  await finish(rig, 'all', 'some')
  const { lines } = await readDelivered(rig.files)
  assert.equal(lines.length, rig.status('all').delivered + rig.status('some').delivered)
  await rig.stop()
})
