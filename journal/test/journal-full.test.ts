import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { frameHeaderBytes, segmentHeaderBytes } from 'hansard-journal'
import { hasCode, JournalRig, makeControl, makeEvents, readAll } from './journal-rig.ts'

const frameBytes = frameHeaderBytes + 2 + 2
const isFull = hasCode('JOURNAL_FULL')

describe('a journal that has used up its disk budget', () => {
  const open = () =>
    new JournalRig({
      segmentBytesMax: segmentHeaderBytes + frameBytes,
      diskBytesMax: 3 * (segmentHeaderBytes + frameBytes),
    })

  it('refuses events and says how much it holds', async () => {
    const journal = await open().open()
    for (const event of 'abc') await journal.append(makeEvents(event))
    await assert.rejects(journal.append(makeEvents('d')), (error) => {
      assert.ok(isFull(error))
      assert.match((error as Error).message, new RegExp(`holds ${journal.diskBytes} of its`))
      return true
    })
    assert.deepEqual(await readAll(journal), ['0:a', '1:b', '2:c'])
  })

  it('still takes control frames, so that epochs end and it can empty itself', async () => {
    const journal = await open().open()
    for (const event of 'abc') await journal.append(makeEvents(event))
    const group = [makeEvents('d'), makeControl('cut'), makeEvents('e'), makeControl('tick')]
    const results = await Promise.allSettled(group.map((entry) => journal.append(entry)))
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'fulfilled', 'rejected', 'fulfilled'],
    )
    assert.deepEqual(await readAll(journal), ['0:a', '1:b', '2:c', '3:cut', '3:tick'])
  })

  it('takes events again once some were trimmed', async () => {
    const journal = await open().open()
    for (const event of 'abc') await journal.append(makeEvents(event))
    await assert.rejects(journal.append(makeEvents('x')), isFull)
    await journal.trim(2)
    assert.equal((await journal.append(makeEvents('d'))).position, 3)
  })

  it('knows after a restart what it holds', async () => {
    const rig = open()
    const journal = await rig.open()
    for (const event of 'abc') await journal.append(makeEvents(event))
    const after = await rig.open()
    assert.equal(after.diskBytes, journal.diskBytes)
    await assert.rejects(after.append(makeEvents('d')), isFull)
  })
})

describe('a disk with little space left', () => {
  const open = (bytesFree: number, freeBytesMin: number): JournalRig =>
    new JournalRig({ freeBytesMin }, { capacityBytes: bytesFree })

  it('refuses events below the low-water mark and takes them again when space comes back', async () => {
    const rig = open(10_000, 9_000)
    const journal = await rig.open()
    await journal.append(makeEvents('a'))
    await assert.rejects(journal.append(makeEvents('x'.repeat(1_000))), isFull)
    // Looks again at once: no time has to pass.
    rig.disk.capacityBytes = 20_000
    assert.equal((await journal.append(makeEvents('y'.repeat(1_000)))).position, 1)
  })

  it('still takes control frames below the low-water mark', async () => {
    const journal = await open(10_000, 9_999).open()
    await assert.rejects(journal.append(makeEvents('a')), isFull)
    assert.deepEqual(await journal.append(makeControl('cut')), { position: 0, appendedAt: 1_000_000 })
  })

  it('counts what it wrote itself between two looks at the disk', async () => {
    const rig = open(10_000, 5_000)
    const journal = await rig.open()
    let stored = 0
    await assert.rejects(async () => {
      for (; ; stored++) await journal.append(makeEvents('x'.repeat(900)))
    }, isFull)
    assert.equal(stored, 5)
    assert.ok(rig.disk.capacityBytes - rig.disk.usedBytes >= 5_000)
  })

  it('sees within a quarter of a second that somebody else filled the disk', async () => {
    const rig = open(100_000, 5_000)
    const journal = await rig.open()
    await journal.append(makeEvents('a'))
    rig.disk.capacityBytes = 1_000
    await rig.clock.advance(250)
    await assert.rejects(journal.append(makeEvents('b')), isFull)
  })

  it('refuses when it is full to the last byte, and heals', async () => {
    const rig = open(1_000, 0)
    const journal = await rig.open()
    await journal.append(makeEvents('a'))
    await rig.clock.advance(1_000)
    for (let attempt = 0; attempt < 20; attempt++) {
      await assert.rejects(journal.append(makeEvents('x'.repeat(2_000))), isFull)
    }
    rig.disk.capacityBytes = 100_000
    assert.equal((await journal.append(makeEvents('b'))).position, 1)
    assert.deepEqual(await readAll(await rig.open()), ['0:a', '1:b'])
  })
})
