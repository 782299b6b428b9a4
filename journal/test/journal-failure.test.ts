import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Journal, measureFile, segmentHeaderBytes } from 'hansard-journal'
import { makeDiskError } from '../../test/kit/disk-faults.ts'
import { nextTurn } from '../../test/kit/turns.ts'
import { hasCode, JournalRig, makeControl, makeEvents, readAll } from './journal-rig.ts'

/** Opens a journal with one acknowledged event, then lets one operation on segments fail. */
async function failOnce(
  operation: string,
  code = 'EIO',
): Promise<{ rig: JournalRig; journal: Journal; log: string[] }> {
  const rig = new JournalRig()
  const journal = await rig.open()
  await journal.append(makeEvents('kept'))
  const log: string[] = []
  let hasFailed = false
  rig.disk.onOperation = (name, path) => {
    log.push(`${name} ${/(\d{8})-/.exec(path)?.[1] ?? 'folder'}`)
    if (name !== operation || hasFailed) return
    hasFailed = true
    throw makeDiskError(code, path)
  }
  return { rig, journal, log }
}

describe('a write or sync that failed', () => {
  for (const operation of ['write', 'sync']) {
    it(`refuses its frames when the ${operation} fails; they are never read, the next ones are`, async () => {
      const { rig, journal } = await failOnce(operation)
      const refused = [
        journal.append(makeEvents('x')),
        journal.append(makeEvents('y')),
        journal.append(makeControl('tick')),
      ]
      // The first went alone; those that waited behind it are written to the next segment.
      await assert.rejects(refused[0]!, hasCode('JOURNAL_WRITE_FAILED'))
      await Promise.all(refused.slice(1))
      await journal.append(makeEvents('z'))
      const expected = ['0:kept', '1:y', '2:tick', '2:z']
      assert.deepEqual(await readAll(journal), expected)
      rig.disk.onOperation = undefined
      assert.deepEqual(await readAll(await rig.open()), expected)
    })

    it(`closes the segment for good when the ${operation} fails: nothing is written or synced there again`, async () => {
      const { journal, log } = await failOnce(operation)
      await assert.rejects(journal.append(makeEvents('x')))
      log.length = 0
      await journal.append(makeEvents('y'))
      assert.deepEqual(
        log.filter((line) => /^(write|sync) 00000000/.test(line)),
        [],
      )
      assert.ok(log.includes('sync 00000001'))
    })
  }

  it('is not repeated even in its own commit', async () => {
    const { journal, log } = await failOnce('sync')
    await assert.rejects(journal.append(makeEvents('x')))
    assert.equal(log.filter((line) => line === 'sync 00000000').length, 1)
  })

  it('refuses a whole group: no frame of it stays', async () => {
    const rig = new JournalRig({}, { latencyTurnsMax: 2 })
    const journal = await rig.open()
    await journal.append(makeEvents('kept'))
    await nextTurn()
    const first = journal.append(makeEvents('first'))
    const group = ['x', 'y', 'z'].map((name) => journal.append(makeEvents(name)))
    await first
    rig.disk.faults.syncError = 1
    const results = await Promise.allSettled(group)
    assert.ok(results.every(({ status }) => status === 'rejected'))
    rig.disk.faults.syncError = 0
    assert.equal((await journal.append(makeEvents('after'))).position, 2)
    assert.deepEqual(await readAll(journal), ['0:kept', '1:first', '2:after'])
  })

  it('leaves a header that says where the segment before it ended', async () => {
    const { rig, journal } = await failOnce('sync')
    // A truncation that fails too leaves the refused bytes in the file.
    const fail = rig.disk.onOperation!
    rig.disk.onOperation = (name, path) => {
      fail(name, path)
      if (name === 'truncate') throw makeDiskError('EIO', path)
    }
    await assert.rejects(journal.append(makeEvents('x'.repeat(300))))
    await journal.append(makeEvents('y'))
    assert.deepEqual(await readAll(journal), ['0:kept', '1:y'])
    rig.disk.onOperation = undefined
    rig.disk.kill()
    const after = await rig.open()
    assert.equal(after.damage, undefined)
    assert.deepEqual(await readAll(after), ['0:kept', '1:y'])
  })

  it('says that the disk is full when it is', async () => {
    for (const code of ['ENOSPC', 'EDQUOT']) {
      const { journal } = await failOnce('write', code)
      await assert.rejects(journal.append(makeEvents('x')), hasCode('JOURNAL_FULL'))
      assert.equal((await journal.append(makeEvents('y'))).position, 1)
    }
  })

  it('is as harmless while a segment is made, at each of its steps', async () => {
    for (const operation of ['createFile', 'write', 'sync', 'syncFolder']) {
      const rig = new JournalRig({ segmentBytesMax: 1 })
      const journal = await rig.open()
      await journal.append(makeEvents('a'))
      let isFailing = true
      rig.disk.onOperation = (name, path) => {
        if (isFailing && name === operation) throw makeDiskError('EIO', path)
      }
      for (let attempt = 0; attempt < 3; attempt++) {
        await assert.rejects(journal.append(makeEvents('x')), hasCode('JOURNAL_WRITE_FAILED'))
      }
      isFailing = false
      assert.equal((await journal.append(makeEvents('b'))).position, 1, operation)
      assert.deepEqual(await readAll(journal), ['0:a', '1:b'])
      assert.deepEqual(await readAll(await rig.open()), ['0:a', '1:b'])
    }
  })

  it('heals also when what it left could not be removed', async () => {
    const rig = new JournalRig({ segmentBytesMax: 1 })
    const journal = await rig.open()
    await journal.append(makeEvents('a'))
    let isFailing = true
    rig.disk.onOperation = (name, path) => {
      if (isFailing && (name === 'syncFolder' || name === 'removeFile')) throw makeDiskError('EIO', path)
    }
    await assert.rejects(journal.append(makeEvents('x')), hasCode('JOURNAL_WRITE_FAILED'))
    isFailing = false
    assert.equal((await journal.append(makeEvents('b'))).position, 1)
    assert.deepEqual(await readAll(await rig.open()), ['0:a', '1:b'])
  })

  it('gives back the space of refused bytes, and forgets them before the process can die', async () => {
    const { rig, journal } = await failOnce('sync')
    const kept = journal.segments[0]!.bytes
    await assert.rejects(journal.append(makeEvents('refused')))
    assert.deepEqual(
      await Promise.all((await rig.listSegments()).map((path) => measureFile(rig.disk, path))),
      [kept, segmentHeaderBytes],
    )
    rig.disk.onOperation = undefined
    rig.disk.kill()
    assert.deepEqual(await readAll(await rig.open()), ['0:kept'])
  })

  it('may leave refused frames if the process dies before the next segment; they are then whole', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const rig = new JournalRig({}, { seed })
      const journal = await rig.open()
      await journal.append(makeEvents('a'))
      // From now on every sync fails, also that of the next segment; truncating would hide what may be left.
      rig.disk.faults.syncError = 1
      rig.disk.onOperation = (name, path) => {
        if (name === 'truncate') throw makeDiskError('EIO', path)
      }
      await assert.rejects(journal.append(makeEvents('refused')), hasCode('JOURNAL_WRITE_FAILED'))
      rig.disk.faults.syncError = 0
      rig.disk.onOperation = undefined
      rig.disk.kill()
      const after = await rig.open()
      assert.deepEqual(await readAll(after), ['0:a', '1:refused'])
      // Whoever read it may rely on it: it now survives a power cut, though its first sync lost it.
      rig.disk.crash()
      assert.deepEqual(await readAll(await rig.open()), ['0:a', '1:refused'], `seed ${seed}`)
    }
  })
})
