import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { frameHeaderBytes, Journal, readFully, segmentHeaderBytes } from 'hansard-journal'
import { nextTurn } from '../../test/kit/turns.ts'
import { hasCode, JournalRig, makeControl, makeEvents, readAll } from './journal-rig.ts'

describe('an append', () => {
  it('answers with the position and the append time, and the event can then be read', async () => {
    const rig = new JournalRig()
    const journal = await rig.open()
    assert.deepEqual(await journal.append(makeEvents('a', 'b')), { position: 0, appendedAt: 1_000_000 })
    await rig.clock.advance(5)
    assert.deepEqual(await journal.append(makeEvents('c')), { position: 2, appendedAt: 1_000_005 })
    assert.deepEqual(await readAll(journal), ['0:a,b', '2:c'])
  })

  it('resolves only when the frame survives a power cut', async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const rig = new JournalRig({}, { seed })
      const journal = await rig.open()
      await journal.append(makeEvents('a'))
      await journal.append(makeEvents('b'))
      rig.disk.crash()
      assert.deepEqual(await readAll(await rig.open()), ['0:a', '1:b'], `seed ${seed}`)
    }
  })

  it('keeps the bytes of small and large events as they are, meta block and all', async () => {
    const journal = await new JournalRig().open()
    const entries = [1, 16 * 1024, 16 * 1024 + 1, 3_000_000].map((bytes) => ({
      ...makeEvents('x'.repeat(bytes - 1)),
      meta: Buffer.from(`{"bytes":${bytes}}`),
    }))
    await Promise.all(entries.map((entry) => journal.append(entry)))
    const reader = await journal.openReader(0)
    for (const { meta, payload } of entries) {
      const frame = (await reader.next())!
      assert.ok(frame.meta.equals(meta))
      assert.ok(frame.payload.equals(payload))
      assert.equal(frame.payloadCrc, crc32(payload))
    }
    await reader.close()
  })

  it('gives positions without gaps, in the order of the calls; control frames take none', async () => {
    const journal = await new JournalRig().open()
    const appended = await Promise.all([
      journal.append(makeEvents('a', 'b')),
      journal.append(makeControl('tick')),
      journal.append(makeEvents('c')),
      journal.append(makeControl('cut')),
      journal.append(makeControl('settings', '{"destinations":[]}')),
    ])
    assert.deepEqual(
      appended.map(({ position }) => position),
      [0, 2, 2, 3, 3],
    )
    assert.deepEqual(await readAll(journal), ['0:a,b', '2:tick', '2:c', '3:cut', '3:settings'])
  })

  it('tells each frame that it is durable before any caller, in the order of positions', async () => {
    const journal = await new JournalRig().open()
    const order: string[] = []
    const append = async (name: string): Promise<void> => {
      const { position } = await journal.append({
        ...makeEvents(name),
        onDurable: (appended) => order.push(`durable ${appended.position}`),
      })
      order.push(`resolved ${position}`)
    }
    // The first goes alone; the others share a group.
    await Promise.all([append('a'), append('b'), append('c')])
    assert.deepEqual(order, ['durable 0', 'resolved 0', 'durable 1', 'durable 2', 'resolved 1', 'resolved 2'])
  })

  it('is refused once the journal is closed; what waited before is written', async () => {
    const rig = new JournalRig()
    const journal = await rig.open()
    const waiting = [journal.append(makeEvents('a')), journal.append(makeEvents('b'))]
    const closed = journal.close()
    await assert.rejects(journal.append(makeEvents('late')), hasCode('JOURNAL_CLOSED'))
    await closed
    assert.equal((await Promise.all(waiting)).length, 2)
    assert.deepEqual(await readAll(await rig.open()), ['0:a', '1:b'])
  })
})

describe('group commit', () => {
  it('shares one write and one sync among all that wait', async () => {
    const rig = new JournalRig({}, { latencyTurnsMax: 3 })
    const journal = await rig.open()
    await journal.append(makeEvents('first'))
    await nextTurn()
    const counts = await rig.countOperations(async () => {
      const first = journal.append(makeEvents('second'))
      // These come while the second is on its way to the disk.
      const others = Array.from({ length: 100 }, (_, index) => journal.append(makeEvents(`event ${index}`)))
      await Promise.all([first, ...others])
    })
    assert.equal(counts.get('sync'), 2)
    assert.equal(counts.get('write'), 2)
    assert.equal(journal.end.position, 102)
  })

  it('divides what waits into groups of bounded size', async () => {
    const rig = new JournalRig({ segmentBytesMax: 100_000_000 })
    const journal = await rig.open()
    await journal.append(makeEvents('first'))
    const large = 'x'.repeat(9 * 1024 * 1024)
    const counts = await rig.countOperations(() =>
      Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => journal.append(makeEvents(name + large)))),
    )
    assert.ok(counts.get('sync')! >= 3, `${counts.get('sync')} syncs`)
  })

  it('reports each new end once, when it is acknowledged', async () => {
    const journal = await new JournalRig().open()
    const ends: number[] = []
    journal.onCommit(({ position }) => ends.push(position))
    await journal.append(makeEvents('a'))
    await Promise.all([journal.append(makeEvents('b')), journal.append(makeEvents('c'))])
    assert.equal(ends.at(-1), 3)
    assert.deepEqual(
      ends,
      [...new Set(ends)].sort((a, b) => a - b),
    )
  })
})

describe('segments', () => {
  const events = (count: number): string[] => Array.from({ length: count }, (_, index) => `event ${index}`)

  it('are sealed at their size; each names its number and its first position', async () => {
    const rig = new JournalRig({ segmentBytesMax: 400 })
    const journal = await rig.open()
    for (const event of events(10)) await journal.append(makeEvents(event))
    const names = (await rig.listSegments()).map((path) => path.slice(path.lastIndexOf('/') + 1))
    assert.equal(names[0], '00000000-0000000000000000.segment')
    assert.equal(names[1], '00000001-0000000000000003.segment')
    for (const { bytes } of journal.segments) assert.ok(bytes <= 400)
    const sizes = await Promise.all(
      (await rig.listSegments()).map(async (path) => (await readFully(rig.disk, path)).length),
    )
    assert.deepEqual(
      sizes,
      journal.segments.map(({ bytes }) => bytes),
    )
    assert.equal(
      journal.diskBytes,
      sizes.reduce((sum, size) => sum + size, 0),
    )
    assert.equal((await readAll(journal)).length, 10)
  })

  it('take a frame that is larger than their size alone', async () => {
    const rig = new JournalRig({ segmentBytesMax: 400 })
    const journal = await rig.open()
    for (const event of ['a', 'b'.repeat(5_000), 'c']) await journal.append(makeEvents(event))
    assert.deepEqual(
      journal.segments.map(({ basePosition }) => basePosition),
      [0, 1, 2],
    )
    assert.equal((await readAll(journal)).length, 3)
  })

  it('are new after each start, but only once something is appended', async () => {
    const rig = new JournalRig()
    await (await rig.open()).append(makeEvents('a'))
    await (await rig.open()).close()
    const third = await rig.open()
    assert.equal((await rig.listSegments()).length, 1)
    await third.append(makeEvents('b'))
    assert.equal((await rig.listSegments()).length, 2)
    assert.deepEqual(await readAll(third), ['0:a', '1:b'])
  })

  it('belong to one lane, whose name stays', async () => {
    const rig = new JournalRig()
    const first = await rig.open()
    await first.append(makeEvents('a'))
    assert.match(first.lane, /^[a-z0-9]{8}$/)
    assert.equal((await rig.open()).lane, first.lane)
    const other = await Journal.open({
      disk: rig.disk,
      clock: rig.clock,
      random: { readBytes: (length) => new Uint8Array(length).fill(7) },
      folder: '/data/other',
      segmentBytesMax: 1_000,
      diskBytesMax: 10_000,
      freeBytesMin: 0,
    })
    assert.notEqual(other.lane, first.lane)
  })
})

describe('trimming', () => {
  const bytes = frameHeaderBytes + 2 + 2
  const open = async (): Promise<{ rig: JournalRig; journal: Journal }> => {
    const rig = new JournalRig({ segmentBytesMax: segmentHeaderBytes + 2 * bytes })
    const journal = await rig.open()
    for (const event of 'abcdefg') await journal.append(makeEvents(event))
    assert.deepEqual(
      journal.segments.map(({ basePosition }) => basePosition),
      [0, 2, 4, 6],
    )
    return { rig, journal }
  }

  it('removes the segments that end before a position, and no other', async () => {
    const { rig, journal } = await open()
    for (const [position, start] of [
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 2],
      [4, 2],
      [5, 4],
    ] as const) {
      await journal.trim(position)
      assert.equal(journal.startPosition, start, `trimmed to ${position}`)
    }
    assert.equal((await rig.listSegments()).length, 2)
    assert.deepEqual(await readAll(journal), ['4:e', '5:f', '6:g'])
    assert.equal(journal.diskBytes, 2 * segmentHeaderBytes + 3 * bytes)
  })

  it('keeps a control frame that stands at the position', async () => {
    const rig = new JournalRig({ segmentBytesMax: 1 })
    const journal = await rig.open()
    for (const entry of [makeEvents('a'), makeControl('cut'), makeEvents('b')]) await journal.append(entry)
    await journal.trim(1)
    assert.deepEqual(await readAll(journal, 1), ['1:cut', '1:b'])
  })

  it('never removes the newest segment', async () => {
    const { journal } = await open()
    await journal.trim(1_000)
    assert.equal(journal.segments.length, 1)
    assert.equal((await journal.append(makeEvents('h'))).position, 7)
    assert.deepEqual(await readAll(journal), ['6:g', '7:h'])
  })

  it('leaves a lane without a gap, wherever the power goes', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const rig = new JournalRig({ segmentBytesMax: 1 }, { seed })
      const journal = await rig.open()
      for (const event of 'abcdefgh') await journal.append(makeEvents(event))
      let countdown = seed % 9
      rig.disk.onOperation = () => {
        if (countdown-- === 0) rig.disk.crash()
      }
      await journal.trim(7).catch(() => {})
      rig.disk.onOperation = undefined
      rig.disk.crash()
      const after = await rig.open()
      assert.equal(after.damage, undefined, `seed ${seed}: ${JSON.stringify(after.damage)}`)
      assert.equal(after.end.position, 8)
      assert.equal((await readAll(after)).at(-1), '7:h')
    }
  })

  it('leaves a lane without a gap, also after the sync of a removal failed', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const rig = new JournalRig({ segmentBytesMax: 1 }, { seed })
      const journal = await rig.open()
      for (const event of 'abcdefgh') await journal.append(makeEvents(event))
      rig.disk.faults.syncError = 1
      await assert.rejects(journal.trim(3))
      await assert.rejects(journal.trim(5))
      rig.disk.faults.syncError = 0
      rig.disk.crash()
      assert.equal((await rig.open()).damage, undefined, `seed ${seed}`)
    }
  })
})
