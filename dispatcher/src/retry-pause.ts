import { drawFraction, type RandomSource } from 'hansard-journal'

/** Of an application that goes on beside; somebody who waits for the end comes back earlier. */
const ownPauseMs: PauseBounds = { first: 250, most: 30_000 }
/** A server may ask for a longer pause than ours, up to this. */
const askedPauseMsMax = 300_000

export interface PauseBounds {
  readonly first: number
  readonly most: number
}

/**
 * How long to wait before the next attempt: doubles with each failure, half of it by chance, so that many nodes
 * do not come back at one instant. Never shorter than the server asked for.
 * @param failures how often it failed so far, from 1
 */
export function makeRetryPauseMs(
  failures: number,
  askedMs: number,
  random: RandomSource,
  { first, most } = ownPauseMs,
): number {
  const ceilingMs = Math.min(first * 2 ** Math.min(failures - 1, 20), most)
  const ownMs = ceilingMs * (0.5 + drawFraction(random) / 2)
  const leastMs = Math.min(askedMs, askedPauseMsMax)
  return Math.round(leastMs > ownMs ? leastMs + ownMs * 0.2 : ownMs)
}

/** Milliseconds that a `Retry-After` header asks for: it holds seconds or a date. 0 if it cannot be read. */
export function parseRetryAfterMs(value: string | undefined, now: number): number {
  if (value === undefined) return 0
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? 0 : Math.max(0, date - now)
}
