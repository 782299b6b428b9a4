import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SimClock } from '../../../test/kit/sim-clock.ts'
import { OwnAudit } from '../../src/observe/own-audit.ts'

/** An audit, and a journal that takes events while it is not told otherwise. */
function openAudit() {
  const clock = new SimClock({ startAt: Date.UTC(2026, 2, 17, 19, 15, 30) })
  const journal = { takes: true, batches: [] as string[][] }
  const audit = new OwnAudit({ clock, version: '1.2.3', host: 'audit-1' })
  const store = async (events: readonly string[]): Promise<void> => {
    if (!journal.takes) throw new Error('full')
    journal.batches.push([...events])
  }
  const readStored = () => journal.batches.flat().map((event) => JSON.parse(event))
  return { clock, journal, audit, store, readStored }
}

const noteBytes = (audit: OwnAudit, bytes: string | number): void =>
  audit.note('hansard-journal-quarantined', { bytes })

describe("the server's own audit", () => {
  it('writes events that say what, when, and of which run', async () => {
    const { clock, audit, store, readStored } = openAudit()
    audit.open(store)
    await clock.advance(1_500)
    noteBytes(audit, 7)
    await clock.advance(1)
    assert.deepEqual(readStored(), [
      {
        msgType: 'hansard-journal-quarantined',
        time: '2026-03-17T19:15:31.500Z',
        upSince: '2026-03-17T19:15:30.000Z',
        number: 0,
        lost: 0,
        version: '1.2.3',
        host: 'audit-1',
        bytes: 7,
      },
    ])
  })

  it('keeps what is noted before the journal is ready, and its order', async () => {
    const { clock, audit, store, readStored } = openAudit()
    for (let number = 0; number < 5; number++) noteBytes(audit, number)
    await clock.advance(10_000)
    assert.deepEqual(audit.counts, { stored: 0, waiting: 5, lost: 0 })
    audit.open(store)
    noteBytes(audit, 5)
    await clock.advance(1)
    assert.deepEqual(
      readStored().map(({ number, bytes }) => [number, bytes]),
      [0, 1, 2, 3, 4, 5].map((number) => [number, number]),
    )
    assert.deepEqual(audit.counts, { stored: 6, waiting: 0, lost: 0 })
  })

  it('tries again while the journal refuses, and never fails who notes', async () => {
    const { clock, journal, audit, store, readStored } = openAudit()
    audit.open(store)
    journal.takes = false
    noteBytes(audit, 0)
    await clock.advance(60_000)
    noteBytes(audit, 1)
    assert.deepEqual(readStored(), [])
    journal.takes = true
    await clock.advance(2_000)
    assert.deepEqual(
      readStored().map(({ number }) => number),
      [0, 1],
    )
  })

  it('keeps a bounded number in memory, loses the rest, and says how many', async () => {
    const { clock, audit, store, readStored } = openAudit()
    for (let number = 0; number < 1_007; number++) noteBytes(audit, number)
    noteBytes(audit, 'x'.repeat(2_000_000))
    assert.deepEqual(audit.counts, { stored: 0, waiting: 1_000, lost: 8 })
    audit.open(store)
    await clock.advance(1)
    noteBytes(audit, 'the next')
    await clock.advance(1)
    const { number, lost, bytes } = readStored().at(-1)
    assert.deepEqual({ number, lost, bytes }, { number: 1_000, lost: 8, bytes: 'the next' })
  })

  it('stores what waits when it is closed, and does not wait for a journal that is full', async () => {
    const { clock, journal, audit, store, readStored } = openAudit()
    audit.open(store)
    journal.takes = false
    noteBytes(audit, 0)
    await clock.advance(1)
    journal.takes = true
    await audit.close()
    assert.equal(readStored().length, 1)
    const full = openAudit()
    full.journal.takes = false
    full.audit.open(full.store)
    noteBytes(full.audit, 0)
    await full.audit.close()
    assert.deepEqual(full.audit.counts, { stored: 0, waiting: 1, lost: 0 })
    const early = openAudit()
    noteBytes(early.audit, 0)
    await early.audit.close()
  })
})
