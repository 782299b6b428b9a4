import type { Clock, Journal } from 'hansard-journal'
import { windowOf } from './epoch-rule.ts'

/**
 * Puts time into the log: appends a tick just after a boundary of any flush window in which the lane received
 * events, so that an idle lane still ends its epochs.
 *
 * A tick that comes late may stand in one window with events that came just before it, and does not end them: then
 * another follows at the next boundary.
 */
export class Ticker {
  readonly #journal: Journal
  readonly #clock: Clock
  readonly #onFailure: (error: unknown) => void
  readonly #stop = new AbortController()
  /** For each window length: the window seen last, and the end of the events that a tick has ended. */
  #windows = new Map<number, { window: number; position: number }>()
  /** The same for every window length. */
  #tickedPosition: number
  #running: Promise<void> | undefined

  constructor(options: { journal: Journal; clock: Clock; onFailure: (error: unknown) => void }) {
    this.#journal = options.journal
    this.#clock = options.clock
    this.#onFailure = options.onFailure
    this.#tickedPosition = options.journal.end.position
  }

  /** Follows these window lengths from now on. */
  watch(everyMs: Iterable<number>): void {
    const now = this.#clock.readNow()
    // Not the end of now: events may have come behind the settings frame from which on these windows count.
    const position = this.#tickedPosition
    this.#windows = new Map(
      Array.from(new Set(everyMs), (ms) => [ms, { window: windowAt(ms, now), position }]),
    )
  }

  start(): void {
    this.#running = this.#run()
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      await this.#clock.sleep(this.#findDelay(), signal)
      if (!signal.aborted) await this.#tickIfDue()
    }
  }

  /** Until the next boundary; at most a second, so that a jump of the clock is noticed. */
  #findDelay(): number {
    const now = this.#clock.readNow()
    let delay = 1_000
    for (const ms of this.#windows.keys()) delay = Math.min(delay, ms - (now % ms))
    return Math.max(delay, 1)
  }

  async #tickIfDue(): Promise<void> {
    const now = this.#clock.readNow()
    const { end, eventsAppendedAt } = this.#journal
    const { position } = end
    const crossed = [...this.#windows].flatMap(([ms, seen]) => {
      const window = windowAt(ms, now)
      return window === seen.window ? [] : [{ ms, seen, window }]
    })
    if (crossed.some(({ seen }) => position > seen.position)) {
      try {
        await this.#journal.append({
          type: 'tick',
          count: 0,
          meta: Buffer.alloc(0),
          payload: Buffer.alloc(0),
        })
      } catch (error) {
        // The boundary stays crossed: the next look tries again.
        return this.#onFailure(error)
      }
    }
    for (const { ms, seen, window } of crossed) {
      seen.window = window
      if (eventsAppendedAt === undefined || windowAt(ms, eventsAppendedAt) !== window)
        seen.position = position
    }
    const ended = crossed.map(({ seen }) => seen.position)
    if (ended.length > 0) this.#tickedPosition = Math.min(...ended)
  }
}

function windowAt(everyMs: number, at: number): number {
  return windowOf({ everyMs, maxBytes: 0 }, at)
}
