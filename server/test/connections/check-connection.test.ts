import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openNodeDisk, systemClock, systemRandom } from 'hansard-journal'
import { type ErrorCode, HansardError } from 'hansard-protocol'
import {
  type CheckStep,
  type CheckStepName,
  type ConnectionCheck,
  checkConnection,
} from '../../src/connections/check-connection.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { openFilesystemConnection } from '../../src/connections/filesystem.ts'
import { openMemoryConnection } from '../../src/connections/memory.ts'

describe('checkConnection', () => {
  it('finds nothing wrong with a folder, and leaves no file in it', async (test) => {
    const root = await mkdtemp(join(tmpdir(), 'hansard-check-'))
    test.after(() => rm(root, { recursive: true }))
    const check = await run(openFilesystemConnection({ root, disk: openNodeDisk() }), { large: true })
    assert.equal(check.canDeliver, true)
    assert.deepEqual(listResults(check), {
      ...{ write: 'ok', repeat: 'ok', protect: 'ok', large: 'ok', read: 'ok', list: 'ok', remove: 'ok' },
      clock: 'skipped',
    })
    assert.deepEqual(check.leftBehind, [])
    const files = await readdir(root, { recursive: true, withFileTypes: true })
    assert.deepEqual(
      files.filter((one) => one.isFile()),
      [],
    )
  })

  it('says each step as it begins', async () => {
    const begun: CheckStepName[] = []
    await run(openMemoryConnection(), { onStep: (step) => begun.push(step) })
    assert.deepEqual(begun, ['write', 'repeat', 'protect', 'read', 'list', 'remove'])
  })

  it('lets a connection deliver that may only write, and tells what it goes without', async () => {
    const check = await run(openWriteOnly(), { large: true })
    assert.equal(check.canDeliver, true)
    assert.deepEqual(listResults(check), {
      ...{ write: 'ok', repeat: 'ok', protect: 'ok', large: 'ok' },
      ...{ read: 'denied', list: 'denied', remove: 'denied', clock: 'skipped' },
    })
    assert.match(detailOf(check, 'repeat'), /may not be compared/)
    assert.match(detailOf(check, 'read'), /No get here/)
    assert.match(check.losses.join('\n'), /compared.*lost.*\n.*lost.*\n.*removes nothing/)
    assert.match(check.leftBehind.join(), /^_hansard-check\/[0-9a-f]{32},_hansard-check\/[0-9a-f]{32}-large$/)
  })

  it('refuses a store that overwrites, and says which setting helps', async () => {
    const check = await run(openOverwriting(0), { large: true })
    assert.equal(check.canDeliver, false)
    assert.match(detailOf(check, 'repeat'), /overwrites.*`conditionalWrites: false`.*must be allowed to read/)
    assert.deepEqual(listResults(check), {
      ...{ write: 'ok', repeat: 'failed', protect: 'skipped', large: 'skipped' },
      ...{ read: 'ok', list: 'ok', remove: 'ok', clock: 'skipped' },
    })
  })

  it('refuses a store that takes other bytes under a taken name', async () => {
    const memory = openMemoryConnection()
    const put: Connection['put'] = async (path, file) => {
      try {
        return await memory.put(path, file)
      } catch {
        await memory.remove(path)
        return memory.put(path, file)
      }
    }
    const check = await run({ ...memory, put })
    assert.equal(check.canDeliver, false)
    assert.match(detailOf(check, 'protect'), /overwrites.*`conditionalWrites: false`/)
    assert.equal(listResults(check).read, 'ok')
  })

  it('refuses a store on which a writer may not repeat', async () => {
    const memory = openMemoryConnection()
    let puts = 0
    const put: Connection['put'] = async (path, file) => {
      if (puts++ > 0) throw makeError('CONNECTION_DENIED')
      return memory.put(path, file)
    }
    const check = await run({ ...memory, put })
    assert.equal(check.canDeliver, false)
    assert.match(detailOf(check, 'repeat'), /an answer was lost/)
    assert.deepEqual([listResults(check).protect, check.losses], ['skipped', []])
  })

  it('warns of a store that keeps to the condition for small files only', async () => {
    const check = await run(openOverwriting(1024 * 1024), { large: true })
    assert.equal(check.canDeliver, true)
    assert.equal(listResults(check).large, 'warning')
    assert.match(detailOf(check, 'large'), /Two writers.*nobody else writes/)
    assert.deepEqual(check.leftBehind, [])
  })

  it('asks again for a large file when the store says that two came at once', async () => {
    const memory = openMemoryConnection()
    let turns = 0
    const put: Connection['put'] = async (path, file) => {
      if (path.endsWith('-large') && turns++ === 1) throw makeError('CONNECTION_BUSY')
      return memory.put(path, file)
    }
    assert.equal(listResults(await run({ ...memory, put }, { large: true })).large, 'ok')
  })

  it('tries nothing more when nothing can be written', async () => {
    for (const [code, result] of [
      ['CONNECTION_DENIED', 'denied'],
      ['CONNECTION_UNSUPPORTED', 'failed'],
      ['CONNECTION_MISSING', 'failed'],
      ['SECRET_UNREADABLE', 'failed'],
    ] as const) {
      const check = await run(openFailing('put', code), { large: true })
      assert.equal(check.canDeliver, false)
      const { write, ...others } = listResults(check)
      assert.equal(write, result)
      assert.deepEqual(new Set(Object.values(others)), new Set(['skipped']))
      assert.equal(check.steps[0]?.code, code)
      assert.match(detailOf(check, 'write'), /No put here/)
      assert.deepEqual(check.leftBehind, [])
    }
  })

  it('waits only once for a store that does not answer, and names what it could not remove', async () => {
    const check = await run(openFailing('get', 'CONNECTION_UNREACHABLE'))
    assert.equal(check.canDeliver, false)
    const { read, list, remove } = listResults(check)
    assert.deepEqual([read, list, remove], ['failed', 'skipped', 'skipped'])
    assert.equal(check.leftBehind.length, 1)
  })

  it('refuses a store that gives back other bytes, forgets a file in its list, or keeps what was removed', async () => {
    const memory = openMemoryConnection()
    const check = await run({
      ...memory,
      get: async () => Buffer.from('something else'),
      async *list() {},
    })
    assert.equal(check.canDeliver, false)
    const { read, list, remove } = listResults(check)
    assert.deepEqual([read, list, remove], ['failed', 'failed', 'failed'])
    assert.match(detailOf(check, 'read'), /Other bytes/)
    assert.match(detailOf(check, 'list'), /not in the list/)
    assert.match(detailOf(check, 'remove'), /still there/)
  })

  it('takes "denied" for gone when the probe was removed: some stores say so of what is missing', async () => {
    const memory = openMemoryConnection()
    const get: Connection['get'] = async (path) => {
      try {
        return await memory.get(path)
      } catch {
        throw makeError('CONNECTION_DENIED')
      }
    }
    const check = await run({ ...memory, get })
    assert.equal(listResults(check).remove, 'ok')
    assert.deepEqual(check.leftBehind, [])
  })

  it('judges the clock, also when nothing could be written', async () => {
    for (const [skewMs, result, text] of [
      [1_240, 'ok', /agree/],
      [4_240, 'ok', /4 s behind/],
      [-60_000, 'warning', /60 s ahead of.*Synchronise/],
      [600_000, 'failed', /600 s behind.*refuse/],
    ] as const) {
      const check = await run({ ...openMemoryConnection(), readClockSkewMs: () => skewMs })
      assert.equal(listResults(check).clock, result)
      assert.match(detailOf(check, 'clock'), text)
      assert.equal(check.canDeliver, result !== 'failed')
      const denied = { ...openFailing('put', 'CONNECTION_DENIED'), readClockSkewMs: () => skewMs }
      assert.equal(listResults(await run(denied)).clock, result)
    }
  })

  it('tells an error that it does not know as one', async () => {
    const put = async (): Promise<never> => {
      throw new TypeError('no such thing')
    }
    const { steps } = await run({ ...openMemoryConnection(), put })
    assert.deepEqual(
      { ...steps[0], ms: 0 },
      { step: 'write', result: 'failed', code: 'INTERNAL', detail: 'no such thing', ms: 0 },
    )
  })
})

function run(
  connection: Connection,
  { large = false, onStep = () => {} }: { large?: boolean; onStep?: (step: CheckStepName) => void } = {},
): Promise<ConnectionCheck> {
  return checkConnection(connection, { clock: systemClock, random: systemRandom, large, onStep })
}

function listResults({ steps }: ConnectionCheck): Partial<Record<CheckStepName, CheckStep['result']>> {
  return Object.fromEntries(steps.map(({ step, result }) => [step, result]))
}

function detailOf({ steps }: ConnectionCheck, name: CheckStepName): string {
  return steps.find(({ step }) => step === name)?.detail ?? ''
}

function makeError(code: ErrorCode, text = 'No.'): HansardError {
  return new HansardError(code, text)
}

/** A connection on which some operations end in an error. */
function openFailing(operation: 'put' | 'get' | 'remove', code: ErrorCode): Connection {
  const fail = async (): Promise<never> => {
    throw makeError(code, `No ${operation} here.`)
  }
  return { ...openMemoryConnection(), [operation]: fail }
}

function openWriteOnly(): Connection {
  const memory = openMemoryConnection()
  return {
    ...openFailing('get', 'CONNECTION_DENIED'),
    remove: openFailing('remove', 'CONNECTION_DENIED').remove,
    // biome-ignore lint/correctness/useYield: denied before the first file
    async *list() {
      throw makeError('CONNECTION_DENIED')
    },
    async put(path, file) {
      const outcome = await memory.put(path, file).catch(() => 'same' as const)
      return outcome === 'same' ? 'uncompared' : outcome
    },
  }
}

/** Says of all files above `keptBytesMax` that they were written. */
function openOverwriting(keptBytesMax: number): Connection {
  const memory = openMemoryConnection()
  return {
    ...memory,
    async put(path, file) {
      if (file.bytes <= keptBytesMax) return memory.put(path, file)
      await memory.put(path, file).catch(() => {})
      return 'created'
    },
  }
}
