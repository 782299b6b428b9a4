import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { hasErrorCode, openNodeDisk, writeFully } from 'hansard-journal'
import { type ErrorCode, HansardError } from 'hansard-protocol'
import { collect, testConnectionContract } from '../../../test/contract/connection.ts'
import { testConnectionWeather } from '../../../test/contract/connection-weather.ts'
import { openDiskWeather } from '../../../test/kit/disk-weather.ts'
import { openRandom } from '../../../test/kit/random.ts'
import { makeSealedFile } from '../../../test/kit/sealed-file.ts'
import { SimClock } from '../../../test/kit/sim-clock.ts'
import { SimDisk } from '../../../test/kit/sim-disk.ts'
import { makeWeatherproof } from '../../../test/kit/weatherproof.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { openFilesystemConnection } from '../../src/connections/filesystem.ts'

const makeRoot = (): Promise<string> => mkdtemp(join(tmpdir(), 'hansard-filesystem-'))

testConnectionContract('filesystem on the real disk', async () => {
  const root = await makeRoot()
  const connection = openFilesystemConnection({ root: `${root}/events/`, disk: openNodeDisk() })
  return { connection, close: () => rm(root, { recursive: true }) }
})

const openOn = (disk: SimDisk, seed = 1): Connection =>
  openFilesystemConnection({ root: '/mnt/events', disk: disk.mount(), random: openRandom(seed) })

testConnectionContract('filesystem on a simulated disk', async () => ({
  connection: openOn(new SimDisk({ latencyTurnsMax: 4, faults: { shortWrite: 0.3, shortRead: 0.3 } })),
}))

testConnectionContract('filesystem without hard links', async () => {
  const disk = new SimDisk({ latencyTurnsMax: 4 })
  disk.canLink = false
  return { connection: openOn(disk) }
})

for (const canLink of [true, false]) {
  const openInWeather = async () => {
    const disk = new SimDisk({ latencyTurnsMax: 2 })
    disk.canLink = canLink
    const clock = new SimClock({ settle: () => disk.settle() })
    return {
      connection: makeWeatherproof(openOn(disk), clock, 30_000),
      weather: openDiskWeather(disk),
      wait: <T>(work: Promise<T>) => clock.runUntil(work),
    }
  }
  testConnectionWeather(`filesystem ${canLink ? 'with' : 'without'} hard links`, openInWeather, {
    never: ['corruptNextBody', 'delayNext', 'hangNext'],
  })
}

const content = Buffer.from(openRandom(99).readBytes(5000))
const part = makeSealedFile(content, 1500)

/** Names in the temporary folder. */
async function listTemporary(disk: SimDisk): Promise<string[]> {
  return (await disk.listFolder('/mnt/events/.hansard-tmp/writer')).map(({ name }) => name)
}

/** Puts a file while `strike` happens before the nth operation of the disk; true if the put returned before that. */
async function putWithStrike(
  disk: SimDisk,
  connection: Connection,
  at: number,
  strike: () => void,
): Promise<boolean> {
  let count = 0
  disk.onOperation = () => {
    if (count++ === at) strike()
  }
  try {
    await connection.put('a/b/part.gz', part)
    return true
  } catch {
    return false
  } finally {
    disk.onOperation = undefined
  }
}

for (const canLink of [true, false]) {
  const where = canLink ? '' : ' (without hard links)'

  describe(`a power cut in the middle of a put${where}`, () => {
    it('leaves the file whole or missing, and the repeat makes it durable', async () => {
      let cuts = 0
      let isDone = false
      for (let at = 0; !isDone; at++) {
        for (let seed = 1; seed <= 25; seed++) {
          const disk = new SimDisk({ seed, latencyTurnsMax: 2 })
          disk.canLink = canLink
          isDone = await putWithStrike(disk, openOn(disk, seed), at, () => disk.crash())
          if (isDone) break
          cuts++
          const found = await openOn(disk)
            .get('a/b/part.gz')
            .catch(() => undefined)
          if (found !== undefined)
            assert.deepEqual(Buffer.from(found), content, `operation ${at}, seed ${seed}`)
          await openOn(disk).put('a/b/part.gz', part)
          assert.deepEqual(await listTemporary(disk), [])
          disk.crash()
          assert.deepEqual(
            Buffer.from(await openOn(disk).get('a/b/part.gz')),
            content,
            `operation ${at}, seed ${seed}`,
          )
        }
      }
      assert.ok(cuts > 300)
    })

    it('takes nothing of a put that returned', async () => {
      for (let seed = 1; seed <= 100; seed++) {
        const disk = new SimDisk({ seed })
        disk.canLink = canLink
        const connection = openOn(disk, seed)
        for (const path of ['a/b/1', 'a/b/2', 'c/3']) await connection.put(path, part)
        disk.crash()
        for (const path of ['a/b/1', 'a/b/2', 'c/3']) {
          assert.deepEqual(Buffer.from(await openOn(disk).get(path)), content)
        }
      }
    })
  })

  describe(`the end of the process in the middle of a put${where}`, () => {
    // The next process finds names that nobody synced: it must not take them for durable.
    it('does not lead the repeat to promise what a power cut then takes', async () => {
      let isDone = false
      for (let at = 0; !isDone; at++) {
        for (let seed = 1; seed <= 25; seed++) {
          const disk = new SimDisk({ seed })
          disk.canLink = canLink
          isDone = await putWithStrike(disk, openOn(disk, seed), at, () => disk.kill())
          if (isDone) break
          await openOn(disk, seed + 1).put('a/b/part.gz', part)
          disk.crash()
          assert.deepEqual(
            Buffer.from(await openOn(disk).get('a/b/part.gz')),
            content,
            `operation ${at}, seed ${seed}`,
          )
        }
      }
    })
  })

  describe(`an error of the disk in the middle of a put${where}`, () => {
    for (const [errorCode, code] of [
      ['EIO', 'CONNECTION_UNREACHABLE'],
      ['ENOSPC', 'CONNECTION_FULL'],
      ['EDQUOT', 'CONNECTION_FULL'],
      ['EACCES', 'CONNECTION_DENIED'],
      ['EROFS', 'CONNECTION_DENIED'],
    ] as const) {
      it(`${errorCode} ends in ${code}, and a repeat heals it`, async () => {
        for (let at = 0; at < 200; at++) {
          const disk = new SimDisk({ seed: at })
          disk.canLink = canLink
          const connection = openOn(disk)
          let count = 0
          let wasCleaningUp = false
          disk.onOperation = (operation) => {
            if (count++ !== at) return
            wasCleaningUp = operation === 'removeFile' || operation === 'syncFolder'
            throw Object.assign(new Error('struck'), { code: errorCode })
          }
          const end = await connection.put('a/b/part.gz', part).catch((error: unknown) => error)
          const isPast = count <= at
          disk.onOperation = undefined
          // Failures while cleaning up, and of the folder above the root that is not ours, do not count.
          if (typeof end === 'string') assert.ok(isPast || wasCleaningUp, `operation ${at}`)
          else assertError(end, code, errorCode)
          await connection.put('a/b/part.gz', part)
          disk.crash()
          assert.deepEqual(Buffer.from(await openOn(disk).get('a/b/part.gz')), content, `operation ${at}`)
          if (isPast) return
        }
        assert.fail('the put never came to its end')
      })
    }
  })
}

function assertError(error: unknown, code: ErrorCode, cause: string): void {
  assert.ok(error instanceof HansardError)
  assert.equal(error.code, code)
  assert.ok(hasErrorCode(error.cause, cause))
}

describe('a full file system', () => {
  it('ends in CONNECTION_FULL, leaves nothing behind and heals when there is room', async () => {
    const disk = new SimDisk({ capacityBytes: 3000 })
    const connection = openOn(disk)
    await assert.rejects(connection.put('a', part), (error) => {
      assertError(error, 'CONNECTION_FULL', 'ENOSPC')
      return true
    })
    assert.equal(disk.usedBytes, 0)
    disk.capacityBytes = 5000
    await connection.put('a', part)
  })
})

describe('a put under storms', () => {
  it('succeeds in the end, and what it promised stands', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const disk = new SimDisk({ seed, latencyTurnsMax: 3 })
      const random = openRandom(seed)
      Object.assign(disk.faults, {
        shortWrite: 0.2,
        writeError: 0.03,
        readError: 0.03,
        syncError: 0.05,
        nameError: 0.03,
      })
      disk.canLink = random.chance(0.7)
      let connection = openOn(disk, seed)
      const promised = new Map<string, Buffer>()
      for (let turn = 0; turn < 30; turn++) {
        const path = `${random.pick(['a', 'b/c', 'b/d'])}/${random.nextInteger(5)}`
        const bytes = Buffer.from(path.repeat(300))
        const end = await connection.put(path, makeSealedFile(bytes, 700)).catch((error: unknown) => error)
        if (typeof end === 'string') promised.set(path, bytes)
        else
          assert.ok(
            end instanceof HansardError && end.retry === 'later' && end.code !== 'FILE_CONFLICT',
            `${end}`,
          )
        if (random.chance(0.1)) {
          if (random.chance(0.5)) disk.crash()
          else disk.kill()
          connection = openOn(disk, seed * 100 + turn)
        }
      }
      disk.crash()
      Object.assign(disk.faults, { shortWrite: 0, writeError: 0, readError: 0, syncError: 0, nameError: 0 })
      connection = openOn(disk)
      for (const [path, bytes] of promised) assert.deepEqual(Buffer.from(await connection.get(path)), bytes)
      for await (const { path } of connection.list('')) {
        assert.equal(Buffer.from(await connection.get(path)).toString(), path.repeat(300))
      }
    }
  })
})

describe('the folders of a filesystem connection', () => {
  it('come back when somebody removed one', async () => {
    const disk = new SimDisk()
    const connection = openOn(disk)
    await connection.put('a/b/1', part)
    await disk.removeFolder('/mnt/events/a')
    await connection.put('a/b/2', part)
    await disk.removeFolder('/mnt/events')
    await connection.put('a/b/3', part)
    disk.crash()
    assert.deepEqual(Buffer.from(await openOn(disk).get('a/b/3')), content)
  })

  it('say what is wrong when a file stands in the way', async () => {
    const connection = openOn(new SimDisk())
    await connection.put('a', part)
    await assert.rejects(connection.put('a/b', part), (error) => {
      assertError(error, 'CONNECTION_UNREACHABLE', 'ENOTDIR')
      assert.match((error as Error).message, /\/mnt\/events\/a\/b: a file stands where a folder is needed/)
      return true
    })
  })

  it('hide the temporary one, and keep paths out of it', async () => {
    const disk = new SimDisk()
    const connection = openOn(disk)
    await connection.put('a', part)
    await assert.rejects(connection.put('.hansard-tmp/x', part))
    await assert.rejects(connection.get('.hansard-tmp/writer/x'))
    assert.deepEqual(await collect(connection.list('')), [{ path: 'a', bytes: 5000 }])
  })

  it('lose what a crash left of this writer, and nothing of another', async () => {
    const disk = new SimDisk()
    for (const folder of ['writer', 'other']) {
      await disk.makeFolder(`/mnt/events/.hansard-tmp/${folder}`)
      await disk.createFile(`/mnt/events/.hansard-tmp/${folder}/left`)
    }
    await openOn(disk).put('a', part)
    assert.deepEqual(await listTemporary(disk), [])
    assert.equal((await disk.listFolder('/mnt/events/.hansard-tmp/other')).length, 1)
  })

  it('read like those of any program: modes as given, no temporary file left', async () => {
    const root = await makeRoot()
    try {
      const connection = openFilesystemConnection({
        root,
        disk: openNodeDisk({ file: 0o640, folder: 0o750 }),
      })
      await connection.put('a/b', part)
      assert.equal((await stat(`${root}/a/b`)).mode & 0o777, 0o640 & ~process.umask())
      assert.equal((await stat(`${root}/a/b`)).nlink, 1)
      assert.deepEqual(await readdir(`${root}/.hansard-tmp/writer`), [])
    } finally {
      await rm(root, { recursive: true })
    }
  })
})

describe('a file that somebody else put in its place', () => {
  it('is made durable with its folders before the put returns', async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const disk = new SimDisk({ seed })
      await disk.makeFolder('/mnt/events/a')
      disk.faults.syncError = 1
      await assert.rejects(disk.makeFolder('/mnt/events/a/b'))
      disk.faults.syncError = 0
      const file = await disk.createFile('/mnt/events/a/b/part.gz')
      await writeFully(file, [content], 0)
      await openOn(disk).put('a/b/part.gz', part)
      disk.crash()
      assert.deepEqual(Buffer.from(await openOn(disk).get('a/b/part.gz')), content, `seed ${seed}`)
    }
  })
})

describe('many writers of one process without hard links', () => {
  it('never replace what one of them published', async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const disk = new SimDisk({ seed, latencyTurnsMax: 6 })
      disk.canLink = false
      const connection = openOn(disk, seed)
      const texts = ['one', 'two', 'six']
      const ends = await Promise.allSettled(texts.map((text) => connection.put('a', makeSealedFile(text))))
      const winner = Buffer.from(await connection.get('a')).toString()
      assert.deepEqual(
        texts.filter((_, index) => ends[index]?.status === 'fulfilled'),
        [winner],
        `seed ${seed}`,
      )
    }
  })
})

describe('two writers on one root', () => {
  it('do not disturb each other, even if they share a name for their unfinished files', async () => {
    const disk = new SimDisk({ latencyTurnsMax: 5, seed: 3 })
    const first = openOn(disk, 1)
    const second = openOn(disk, 2)
    await second.put('warm', part)
    const tryTwice = (connection: Connection, path: string): Promise<unknown> =>
      connection.put(path, part).catch(() => connection.put(path, part))
    await Promise.all([
      tryTwice(second, 'a'),
      tryTwice(first, 'a'),
      tryTwice(second, 'b'),
      tryTwice(first, 'b'),
    ])
    assert.deepEqual(
      (await collect(first.list(''))).map(({ path }) => path),
      ['a', 'b', 'warm'],
    )
  })
})
