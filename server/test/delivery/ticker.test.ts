import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type FrameType, Journal } from 'hansard-journal'
import { openRandom } from '../../../test/kit/random.ts'
import { SimClock } from '../../../test/kit/sim-clock.ts'
import { SimDisk } from '../../../test/kit/sim-disk.ts'
import { Ticker } from '../../src/delivery/ticker.ts'

const startAt = Date.UTC(2026, 2, 17, 19, 15, 30)

async function open(latencyTurnsMax = 0) {
  const disk = new SimDisk({ latencyTurnsMax })
  const clock = new SimClock({ startAt, settle: () => disk.settle() })
  const journal = await Journal.open({
    disk,
    clock,
    random: openRandom(1),
    folder: '/journal',
    segmentBytesMax: 1_000_000,
    diskBytesMax: 1_000_000,
    freeBytesMin: 0,
  })
  const append = (type: FrameType): Promise<unknown> =>
    journal.append({
      type,
      count: type === 'events' ? 1 : 0,
      meta: Buffer.alloc(0),
      payload: Buffer.from(type === 'events' ? '{}\n' : ''),
    })
  const failures: unknown[] = []
  const ticker = new Ticker({ journal, clock, onFailure: (error) => failures.push(error) })
  /** Seconds of the minute at which ticks stand in the log. */
  const readTicks = async (): Promise<number[]> => {
    const reader = await journal.openReader(0)
    const ticks: number[] = []
    for (let frame = await reader.next(); frame !== undefined; frame = await reader.next()) {
      if (frame.type === 'tick') ticks.push((frame.appendedAt - startAt) / 1000 + 30)
    }
    await reader.close()
    return ticks
  }
  return { disk, clock, journal, ticker, failures, append, readTicks }
}

describe('the ticker', () => {
  it('ticks just after the boundary of a window in which events came, and once for them', async () => {
    const { clock, ticker, append, readTicks } = await open()
    ticker.watch([10_000])
    ticker.start()
    await clock.advance(2_000)
    await append('events')
    await clock.advance(60_000)
    assert.deepEqual(await readTicks(), [40])
    await append('events')
    await append('events')
    await clock.advance(60_000)
    assert.deepEqual(await readTicks(), [40, 100])
    await ticker.close()
  })

  it('ticks once more for events that came behind the boundary, before a tick that was late', async () => {
    const { clock, ticker, append, readTicks } = await open()
    ticker.watch([10_000])
    ticker.start()
    // The process was busy: at its next look the boundary is past, and an event stands behind it.
    clock.jump(10_005)
    await append('events')
    await clock.advance(1_000)
    const [late] = await readTicks()
    assert.ok(late! > 40 && late! < 50, `ticked at ${late}`)
    await clock.advance(60_000)
    assert.deepEqual(await readTicks(), [late, 50])
    await ticker.close()
  })

  it('never ticks while nothing comes', async () => {
    const { clock, journal, ticker, append } = await open()
    ticker.watch([1_000, 60_000])
    ticker.start()
    await append('cut')
    const { bytes } = journal.end
    await clock.advance(300_000)
    assert.equal(journal.end.bytes, bytes)
    await ticker.close()
  })

  it('serves every window length that is watched, and no other', async () => {
    const { clock, ticker, append, readTicks } = await open()
    ticker.watch([60_000, 20_000, 20_000])
    ticker.start()
    await append('events')
    await clock.advance(60_000)
    assert.deepEqual(await readTicks(), [40, 60])
    ticker.watch([60_000])
    await append('events')
    await clock.advance(60_000)
    assert.deepEqual(await readTicks(), [40, 60, 120])
    ticker.watch([])
    await append('events')
    await clock.advance(600_000)
    assert.equal((await readTicks()).length, 3)
    await ticker.close()
  })

  it('does not forget events that came just before it was told what to watch', async () => {
    const { clock, ticker, append, readTicks } = await open()
    await append('settings')
    await append('events')
    ticker.watch([10_000])
    ticker.start()
    await clock.advance(30_000)
    assert.deepEqual(await readTicks(), [40])
    await append('events')
    ticker.watch([10_000])
    await clock.advance(30_000)
    assert.deepEqual(await readTicks(), [40, 70])
    await ticker.close()
  })

  it('sees a jump of the clock, forward and back, within a second', async () => {
    for (const jump of [3_600_000, -3_600_000]) {
      const { clock, journal, ticker, append } = await open()
      ticker.watch([600_000])
      ticker.start()
      await append('events')
      const { bytes } = journal.end
      await clock.advance(1_500)
      assert.equal(journal.end.bytes, bytes)
      clock.jump(jump)
      await clock.advance(1_000)
      assert.equal(journal.end.bytes, bytes + 64, `a jump of ${jump}`)
      await ticker.close()
    }
  })

  it('tries again when the journal refuses the tick, and reports it', async () => {
    const { disk, clock, ticker, failures, append, readTicks } = await open()
    ticker.watch([10_000])
    ticker.start()
    await append('events')
    disk.faults.syncError = 1
    await clock.advance(12_500)
    assert.ok(failures.length >= 2)
    disk.faults.syncError = 0
    await clock.advance(10_000)
    const ticks = await readTicks()
    assert.equal(ticks.length, 1)
    assert.ok(ticks[0]! > 42 && ticks[0]! <= 44, `ticked at ${ticks[0]}`)
    await ticker.close()
  })

  it('stops at once', async () => {
    const { clock, ticker } = await open()
    ticker.watch([10_000])
    ticker.start()
    await ticker.close()
    assert.equal(clock.sleeperCount, 0)
  })
})
