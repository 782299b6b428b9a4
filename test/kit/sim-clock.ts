import type { Clock } from 'hansard-journal'
import { nextTurn } from './turns.ts'

interface Sleeper {
  readonly wakesAt: number
  readonly finish: () => void
}

/**
 * Time that moves only when the simulation says so. Sleeps follow the elapsed time; `readNow` follows the wall,
 * which may also jump.
 */
export class SimClock implements Clock {
  #elapsedMs = 0
  #wallAtStart: number
  #sleepers: Sleeper[] = []
  readonly #settle: () => Promise<unknown>

  /**
   * `settle` lets the code under test work after each wake-up, before time moves on. Pass `() => disk.settle()`
   * to let time stand still while a simulated disk works; by default one turn of the event loop passes.
   */
  constructor(options: { startAt?: number; settle?: () => Promise<unknown> } = {}) {
    this.#wallAtStart = options.startAt ?? Date.UTC(2026, 2, 17, 19, 15, 30)
    this.#settle = options.settle ?? nextTurn
  }

  readNow(): number {
    return this.#wallAtStart + this.#elapsedMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve()
    if (!(ms > 0)) return nextTurn()
    return new Promise((resolve) => {
      const finish = (): void => {
        signal?.removeEventListener('abort', finish)
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        resolve()
      }
      const sleeper: Sleeper = { wakesAt: this.#elapsedMs + ms, finish }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', finish, { once: true })
    })
  }

  /** Virtual time since the clock was made; never jumps. */
  get elapsedMs(): number {
    return this.#elapsedMs
  }

  get sleeperCount(): number {
    return this.#sleepers.length
  }

  /** Milliseconds until the next sleeper wakes; undefined when nobody sleeps. */
  get nextWakeInMs(): number | undefined {
    const first = this.#findFirst()
    return first === undefined ? undefined : first.wakesAt - this.#elapsedMs
  }

  /** Moves time on, waking the sleepers on the way in their order, also those that fall asleep meanwhile. */
  async advance(ms: number): Promise<void> {
    const target = this.#elapsedMs + ms
    await this.#settle()
    for (;;) {
      const first = this.#findFirst()
      if (first === undefined || first.wakesAt > target) break
      this.#elapsedMs = Math.max(this.#elapsedMs, first.wakesAt)
      first.finish()
      await this.#settle()
    }
    this.#elapsedMs = Math.max(this.#elapsedMs, target)
  }

  /** Moves time to the next wake-up. False when nobody sleeps: only input from outside can wake the system. */
  async advanceToNextWake(): Promise<boolean> {
    await this.#settle()
    const waitMs = this.nextWakeInMs
    if (waitMs === undefined) return false
    await this.advance(waitMs)
    return true
  }

  /** Lets time pass until `work` is done; throws if it cannot end because nobody sleeps. */
  async runUntil<T>(work: Promise<T>): Promise<T> {
    let isDone = false
    const note = (): void => {
      isDone = true
    }
    work.then(note, note)
    for (let idleTurns = 0; !isDone; ) {
      idleTurns = (await this.advanceToNextWake()) ? 0 : idleTurns + 1
      if (idleTurns > 1_000) throw new Error('the work hangs: nobody sleeps, and it does not end')
    }
    return work
  }

  /** Moves the wall clock, forward or back, as an operator or NTP does. No sleep gets shorter or longer. */
  jump(ms: number): void {
    this.#wallAtStart += ms
  }

  #findFirst(): Sleeper | undefined {
    let first: Sleeper | undefined
    for (const sleeper of this.#sleepers) {
      if (first === undefined || sleeper.wakesAt < first.wakesAt) first = sleeper
    }
    return first
  }
}
