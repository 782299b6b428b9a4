import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Dispatcher, Observe, TargetStats } from '../../dispatcher/src/index.ts'

/** What is the same for every target of a dispatcher, on a machine of its own whose weather the test makes. */
export interface TargetUnderTest {
  /** Opens a dispatcher with this target alone, as a process does that starts now. Its memory holds some 20 events. */
  open(onEvent?: Observe): Promise<Dispatcher>
  /** From now on nothing that the target writes to takes anything. */
  breakDown(): void
  /** Everything works again. */
  heal(): void
  /** Attempts fail by chance, and some work. */
  startBadWeather(): void
  whileTimePasses<T>(work: Promise<T>): Promise<T>
  /** The machine's own time, in ms. */
  readElapsedMs(): number
  /** The numbers `n` of the events that have arrived, in their order. */
  readArrived(): Promise<number[]>
}

const hourMs = 3_600_000

/** What every kind of target promises, also in bad weather. */
export function testTargetContract(kind: string, make: (seed: number) => TargetUnderTest): void {
  function emit(dispatcher: Dispatcher, n: number): string {
    return dispatcher.emit({ topic: 'generic', message: { n } }).outcome
  }

  /** Emits events until there is no room. Returns the number of the first that was not taken. */
  function fill(dispatcher: Dispatcher, from: number): number {
    let n = from
    while (emit(dispatcher, n) === 'accepted') if (++n > from + 10_000) throw new Error('it is never full')
    return n
  }

  function readStats(dispatcher: Dispatcher): TargetStats {
    return Object.values(dispatcher.stats().targets)[0]!
  }

  function countLeft(stats: TargetStats): number {
    return stats.type === 'file'
      ? stats.accepted - stats.written
      : stats.accepted - stats.acknowledged - stats.deadLetters - stats.dropped
  }

  function makeNumbers(to: number): number[] {
    return Array.from({ length: to }, (_, index) => index)
  }

  describe(`${kind} keeps the promises of a target`, () => {
    it('brings what it took, in its order, each once', async () => {
      const target = make(1)
      const dispatcher = await target.open()
      for (let n = 0; n < 15; n++) assert.equal(emit(dispatcher, n), 'accepted')
      assert.deepEqual(await target.whileTimePasses(dispatcher.flush(hourMs)), {
        isComplete: true,
        waiting: {},
      })
      assert.deepEqual(await target.readArrived(), makeNumbers(15))
      await target.whileTimePasses(dispatcher.close(hourMs))
    })

    it('goes on where it was when it is closed and opened again', async () => {
      const target = make(2)
      for (let life = 0; life < 4; life++) {
        const dispatcher = await target.open()
        for (let n = life * 5; n < life * 5 + 5; n++) assert.equal(emit(dispatcher, n), 'accepted')
        const report = await target.whileTimePasses(dispatcher.close(hourMs))
        assert.equal(report.isComplete, true)
      }
      assert.deepEqual(await target.readArrived(), makeNumbers(20))
    })

    it('loses nothing, doubles nothing and keeps the order in bad weather', async () => {
      for (let seed = 1; seed <= 15; seed++) {
        const target = make(seed)
        const dispatcher = await target.open()
        target.startBadWeather()
        for (let n = 0; n < 60; n++) {
          while (emit(dispatcher, n) === 'full') await target.whileTimePasses(dispatcher.flush(60_000))
          if (n % 7 === 0) await target.whileTimePasses(dispatcher.flush(1_000))
        }
        target.heal()
        assert.equal(
          (await target.whileTimePasses(dispatcher.flush(hourMs))).isComplete,
          true,
          `seed ${seed}`,
        )
        assert.deepEqual(await target.readArrived(), makeNumbers(60), `seed ${seed}`)
        assert.equal(countLeft(readStats(dispatcher)), 0, `seed ${seed}`)
        await target.whileTimePasses(dispatcher.close(hourMs))
      }
    })

    it('says that it is full, tells it once, and takes events again when all works', async () => {
      const target = make(3)
      const told: string[] = []
      const dispatcher = await target.open(({ kind }) => told.push(kind))
      target.breakDown()
      const end = fill(dispatcher, 0)
      assert.equal(emit(dispatcher, end), 'full')
      assert.equal(told.filter((kind) => kind === 'full').length, 1)
      target.heal()
      assert.equal((await target.whileTimePasses(dispatcher.flush(hourMs))).isComplete, true)
      assert.equal(emit(dispatcher, end), 'accepted')
      await target.whileTimePasses(dispatcher.close(hourMs))
      assert.deepEqual(await target.readArrived(), makeNumbers(end + 1))
      assert.equal(readStats(dispatcher).full, 2)
    })

    it('says in its counts what became of every event, at any time', async () => {
      const target = make(4)
      const dispatcher = await target.open()
      target.startBadWeather()
      for (let n = 0; n < 40; n++) {
        emit(dispatcher, n)
        if (n % 3 === 0) await target.whileTimePasses(dispatcher.flush(500))
        const stats = readStats(dispatcher)
        assert.equal(stats.accepted + stats.repeated + stats.full, n + 1)
        const waiting = stats.inMemory + (stats.type === 'event-server' ? stats.spooled : 0)
        assert.equal(waiting, countLeft(stats))
      }
      target.heal()
      await target.whileTimePasses(dispatcher.close(hourMs))
      assert.equal(countLeft(readStats(dispatcher)), 0)
    })

    it('closes by its deadline although nothing works, and says what waits', async () => {
      const target = make(5)
      const dispatcher = await target.open()
      target.breakDown()
      for (let n = 0; n < 5; n++) emit(dispatcher, n)
      const startedAt = target.readElapsedMs()
      const report = await target.whileTimePasses(dispatcher.close(5_000))
      assert.deepEqual(Object.values(report.waiting), [5])
      assert.equal(target.readElapsedMs() - startedAt, 5_000)
      assert.equal(readStats(dispatcher).state, 'closed')
      assert.deepEqual(dispatcher.emit({ topic: 'generic', message: {} }).outcome, 'refused')
    })

    it('is not disturbed by an observer that throws', async () => {
      const target = make(6)
      const dispatcher = await target.open(() => {
        throw new Error('the observer is broken')
      })
      target.breakDown()
      const end = fill(dispatcher, 0)
      await target.whileTimePasses(dispatcher.flush(5_000))
      target.heal()
      await target.whileTimePasses(dispatcher.close(hourMs))
      assert.deepEqual(await target.readArrived(), makeNumbers(end))
    })

    it('never throws into the application, whatever it is given', async () => {
      const target = make(7)
      const dispatcher = await target.open()
      const cycle: Record<string, unknown> = {}
      cycle.self = cycle
      const messages: unknown[] = [cycle, '{', 'null', [], null, undefined, 1n, () => {}, Buffer.of(0xff)]
      for (const message of messages) {
        assert.equal(dispatcher.emit({ topic: 'generic', message: message as object }).outcome, 'refused')
      }
      assert.equal(dispatcher.emit(undefined as never).outcome, 'refused')
      assert.equal(dispatcher.emit({ topic: 7 as never, message: {} }).outcome, 'refused')
      await target.whileTimePasses(dispatcher.close(hourMs))
      assert.equal(dispatcher.stats().refused, messages.length + 2)
      assert.equal(dispatcher.stats().emitted, messages.length + 2)
    })
  })
}
