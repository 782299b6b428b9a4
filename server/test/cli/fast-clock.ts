import type { Clock } from 'hansard-journal'

/** A clock whose sleeps are over at once: it moves on by what was slept. */
export interface FastClock extends Clock {
  readonly sleptMs: readonly number[]
}

export function openFastClock(startAt = Date.UTC(2026, 2, 17)): FastClock {
  let now = startAt
  const sleptMs: number[] = []
  return {
    sleptMs,
    readNow: () => now,
    sleep: (ms, signal) => {
      if (signal?.aborted !== true) {
        now += ms
        sleptMs.push(ms)
      }
      // One turn of the event loop, so that the network gets on.
      return new Promise((resolve) => setImmediate(resolve))
    },
  }
}
