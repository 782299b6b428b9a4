import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Disk, hasErrorCode, readFully, replaceFile, writeFully } from 'hansard-journal'
import { testDiskContract } from '../contract/disk.ts'
import { openRandom } from './random.ts'
import { SimDisk } from './sim-disk.ts'

const open = async (disk: SimDisk): Promise<{ disk: SimDisk; root: string }> => {
  await disk.makeFolder('/data')
  return { disk, root: '/data' }
}
testDiskContract('a simulated disk', () => open(new SimDisk()))
testDiskContract('a simulated disk with latency and short writes', () =>
  open(new SimDisk({ latencyTurnsMax: 4, faults: { shortWrite: 0.5 } })),
)

async function create(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const file = await disk.createFile(path)
  await writeFully(file, [bytes], 0)
  await file.sync()
  await file.close()
}

const isCrash = (error: unknown): boolean => hasErrorCode(error, 'ECRASHED')
const readOrMissing = (disk: Disk, path: string): Promise<Buffer | undefined> =>
  readFully(disk, path).catch(() => undefined)

/** Runs a story on many disks and counts how they end. */
async function countEnds(
  story: (disk: SimDisk, seed: number) => Promise<string>,
): Promise<Map<string, number>> {
  const ends = new Map<string, number>()
  for (let seed = 1; seed <= 300; seed++) {
    const { disk } = await open(new SimDisk({ seed }))
    const end = await story(disk, seed)
    ends.set(end, (ends.get(end) ?? 0) + 1)
  }
  return ends
}

describe('a power cut', () => {
  it('keeps what was synced, in a folder that was synced', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const { disk } = await open(new SimDisk({ seed }))
      const bytes = openRandom(seed).readBytes(3000)
      await create(disk, '/data/a', bytes)
      await disk.syncFolder('/data')
      disk.crash()
      assert.deepEqual(await readFully(disk, '/data/a'), Buffer.from(bytes))
    }
  })

  it('may take a name that was not synced, and may leave it', async () => {
    const ends = await countEnds(async (disk) => {
      await create(disk, '/data/a', Buffer.from('text'))
      disk.crash()
      return (await readOrMissing(disk, '/data/a'))?.toString() ?? 'missing'
    })
    assert.deepEqual([...ends.keys()].sort(), ['missing', 'text'])
  })

  it('may take, tear or garble bytes that were not synced, but never those that were', async () => {
    const ends = await countEnds(async (disk, seed) => {
      const synced = openRandom(seed).readBytes(700)
      const unsynced = openRandom(-seed).readBytes(3000)
      const file = await disk.createFile('/data/a')
      await writeFully(file, [synced], 0)
      await file.sync()
      await disk.syncFolder('/data')
      await writeFully(file, [unsynced], 700)
      disk.crash()
      const found = await readFully(disk, '/data/a')
      assert.deepEqual(found.subarray(0, 700), Buffer.from(synced), `seed ${seed}`)
      const rest = found.subarray(700)
      if (rest.length === 0) return 'none'
      if (rest.equals(unsynced)) return 'all'
      if (rest.equals(unsynced.subarray(0, rest.length))) return 'prefix'
      return rest.length === 3000 ? 'full size, other bytes' : 'short, other bytes'
    })
    assert.deepEqual([...ends.keys()].sort(), [
      'all',
      'full size, other bytes',
      'none',
      'prefix',
      'short, other bytes',
    ])
  })

  it('changes overwritten bytes by whole sectors: each is old or new', async () => {
    let mixed = 0
    await countEnds(async (disk, seed) => {
      const file = await disk.createFile('/data/a')
      await writeFully(file, [Buffer.alloc(2048, 'o')], 0)
      await file.sync()
      await disk.syncFolder('/data')
      await writeFully(file, [Buffer.alloc(2048, 'n')], 0)
      disk.crash()
      const found = (await readFully(disk, '/data/a')).toString()
      assert.match(found, /^(o{512}|n{512}){4}$/, `seed ${seed}`)
      if (found.includes('o') && found.includes('n')) mixed++
      return ''
    })
    assert.ok(mixed > 20)
  })

  it('may undo a truncation that was not synced', async () => {
    const ends = await countEnds(async (disk) => {
      const file = await disk.createFile('/data/a')
      await writeFully(file, [Buffer.from('abcdef')], 0)
      await file.sync()
      await disk.syncFolder('/data')
      await file.truncate(2)
      disk.crash()
      return (await readFully(disk, '/data/a')).toString()
    })
    assert.deepEqual([...ends.keys()].sort(), ['ab', 'abcdef'])
  })

  it('never shows a file under neither its old nor its new name', async () => {
    const ends = await countEnds(async (disk) => {
      await disk.makeFolder('/data/there')
      await create(disk, '/data/a', Buffer.from('text'))
      await disk.syncFolder('/data')
      await disk.renameFile('/data/a', '/data/there/b')
      disk.crash()
      const old = await readOrMissing(disk, '/data/a')
      const moved = await readOrMissing(disk, '/data/there/b')
      return `${old ?? '-'} ${moved ?? '-'}`
    })
    assert.deepEqual([...ends.keys()].sort(), ['- text', 'text -', 'text text'])
  })

  it('may bring back a name whose removal was not synced', async () => {
    const ends = await countEnds(async (disk) => {
      await create(disk, '/data/a', Buffer.from('text'))
      await disk.syncFolder('/data')
      await disk.removeFile('/data/a')
      disk.crash()
      return (await readOrMissing(disk, '/data/a'))?.toString() ?? 'missing'
    })
    assert.deepEqual([...ends.keys()].sort(), ['missing', 'text'])
  })

  it('leaves a replaced file old or new, never between, wherever it strikes', async () => {
    const ends = await countEnds(async (disk, seed) => {
      await replaceFile(disk, '/data', 'state', Buffer.alloc(1500, 'o'))
      let left = seed % 9
      disk.onOperation = () => {
        if (left-- === 0) disk.crash()
      }
      let end = 'done'
      await replaceFile(disk, '/data', 'state', Buffer.alloc(1800, 'n')).catch(() => {
        end = 'cut'
      })
      disk.onOperation = undefined
      if (end === 'done') disk.crash()
      const found = (await readFully(disk, '/data/state')).toString()
      assert.match(found, end === 'done' ? /^n{1800}$/ : /^(o{1500}|n{1800})$/, `seed ${seed}`)
      return `${end} ${found[0]}`
    })
    assert.deepEqual([...ends.keys()].sort(), ['cut n', 'cut o', 'done n'])
  })

  it('makes the handles and the mount of the process useless', async () => {
    const { disk } = await open(new SimDisk({ latencyTurnsMax: 3 }))
    const mount = disk.mount()
    const file = await mount.createFile('/data/a')
    const onTheWay = assert.rejects(file.write([Buffer.from('text')], 0), isCrash)
    disk.crash()
    await onTheWay
    await assert.rejects(file.readSize(), isCrash)
    await assert.rejects(mount.listFolder('/data'), isCrash)
    assert.deepEqual(await disk.mount().listFolder('/'), [{ name: 'data', isFolder: true }])
  })
})

describe('the end of a process alone', () => {
  it('forgets nothing', async () => {
    const { disk } = await open(new SimDisk())
    const file = await disk.createFile('/data/a')
    await writeFully(file, [Buffer.from('text')], 0)
    disk.kill()
    await assert.rejects(file.sync(), isCrash)
    assert.equal((await readFully(disk, '/data/a')).toString(), 'text')
  })
})

describe('faults of a simulated disk', () => {
  it('a failed sync loses its bytes although the next sync succeeds', async () => {
    const ends = await countEnds(async (disk) => {
      const file = await disk.createFile('/data/a')
      await disk.syncFolder('/data')
      await writeFully(file, [Buffer.alloc(512, 'a')], 0)
      disk.faults.syncError = 1
      await assert.rejects(file.sync(), (error) => hasErrorCode(error, 'EIO'))
      disk.faults.syncError = 0
      await file.sync()
      disk.crash()
      const found = await readFully(disk, '/data/a')
      assert.equal(found.length, 512)
      return found[0] === 0x61 ? 'there' : 'lost'
    })
    assert.deepEqual([...ends.keys()].sort(), ['lost', 'there'])
  })

  it('a full disk takes what fits, then says ENOSPC, and heals when files go or it grows', async () => {
    const { disk } = await open(new SimDisk({ capacityBytes: 1000 }))
    await create(disk, '/data/a', Buffer.alloc(600))
    const file = await disk.createFile('/data/b')
    assert.equal(await file.write([Buffer.alloc(300), Buffer.alloc(300)], 0), 400)
    await assert.rejects(file.write([Buffer.alloc(1)], 400), (error) => hasErrorCode(error, 'ENOSPC'))
    assert.equal(await disk.readFreeBytes('/data'), 0)
    assert.equal(await file.write([Buffer.alloc(400)], 0), 400)
    await disk.removeFile('/data/a')
    assert.equal(await disk.readFreeBytes('/data'), 600)
    disk.capacityBytes = 2000
    assert.equal(await file.write([Buffer.alloc(600)], 400), 600)
    await disk.syncFolder('/data')
    await file.sync()
    disk.crash()
    assert.equal(await disk.readFreeBytes('/data'), 1000)
  })

  it('everything that fails by chance also succeeds by chance', async () => {
    const faults = {
      shortWrite: 0.3,
      shortRead: 0.3,
      writeError: 0.3,
      readError: 0.3,
      syncError: 0.3,
      nameError: 0.3,
    }
    let failures = 0
    let successes = 0
    for (let seed = 1; seed <= 50; seed++) {
      const { disk } = await open(new SimDisk({ seed }))
      Object.assign(disk.faults, faults)
      try {
        await create(disk, '/data/a', Buffer.alloc(2000, 'x'))
        await readFully(disk, '/data/a')
        successes++
      } catch (error) {
        assert.ok(hasErrorCode(error, 'EIO'))
        failures++
      }
    }
    assert.ok(failures > 0 && successes > 0)
  })
})

describe('one seed', () => {
  const run = async (seed: number): Promise<string> => {
    const { disk } = await open(new SimDisk({ seed, latencyTurnsMax: 5 }))
    const order: string[] = []
    disk.faults.shortWrite = 0.5
    const work = async (name: string): Promise<void> => {
      const file = await disk.createFile(`/data/${name}`)
      await writeFully(file, [openRandom(seed).readBytes(5000)], 0)
      order.push(name)
      if (name < 'c') await file.sync()
    }
    await Promise.all(['a', 'b', 'c', 'd'].map(work))
    disk.crash()
    const found: (string | undefined)[] = []
    for (const name of 'abcd') found.push((await readOrMissing(disk, `/data/${name}`))?.toString('hex'))
    return JSON.stringify([order, found])
  }

  it('gives one outcome, and another seed another', async () => {
    const first = await run(7)
    assert.equal(await run(7), first)
    const others = await Promise.all([8, 9, 10, 11].map(run))
    assert.ok(others.some((other) => JSON.parse(other)[0].join() !== JSON.parse(first)[0].join()))
  })

  it('carries thousands of operations in a moment', async () => {
    const { disk } = await open(new SimDisk({ latencyTurnsMax: 3 }))
    let operations = 0
    disk.onOperation = () => {
      operations++
    }
    const file = await disk.createFile('/data/a')
    for (let at = 0; at < 2000; at++) {
      await writeFully(file, [Buffer.alloc(300, at)], at * 300)
      await file.sync()
    }
    assert.equal(operations, 4001)
  })
})
