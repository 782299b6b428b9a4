/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

interface Waiting {
  readonly dueAt: number
  readonly work: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Runs work some turns of the event loop later, in the order of the turns, never by real time. Operations with
 * different delays overtake each other, the same way in every run.
 */
export class Turns {
  #now = 0
  #waiting: Waiting[] = []
  #isTicking = false

  /** Operations that were started and have not run. */
  get pendingCount(): number {
    return this.#waiting.length
  }

  /** Runs `work` at once when `delayTurns` is 0, else that many turns later. */
  run<T>(delayTurns: number, work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (delayTurns <= 0) return resolve(work())
      const dueAt = this.#now + delayTurns
      this.#waiting.push({ dueAt, work, resolve: resolve as (value: unknown) => void, reject })
      if (!this.#isTicking) {
        this.#isTicking = true
        setImmediate(this.#tick)
      }
    })
  }

  /** Ends all waiting work: `shouldRun` says which still has its effect; every caller gets `error`. */
  cutOff(error: Error, shouldRun: () => boolean): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { work, reject } of waiting) {
      try {
        if (shouldRun()) work()
      } catch {
        // The caller is gone; it gets `error`, whatever this was.
      }
      reject(error)
    }
  }

  /** Resolves when no work waits and some turns passed in which none came. */
  async settle(quietTurns = 3): Promise<void> {
    for (let quiet = 0; quiet < quietTurns; quiet = this.pendingCount === 0 ? quiet + 1 : 0) await nextTurn()
  }

  readonly #tick = (): void => {
    this.#now++
    const due = this.#waiting.filter(({ dueAt }) => dueAt <= this.#now)
    if (due.length > 0) this.#waiting = this.#waiting.filter(({ dueAt }) => dueAt > this.#now)
    for (const { work, resolve, reject } of due) {
      try {
        resolve(work())
      } catch (error) {
        reject(error)
      }
    }
    if (this.#waiting.length > 0) setImmediate(this.#tick)
    else this.#isTicking = false
  }
}
