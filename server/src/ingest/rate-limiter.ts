import type { Clock } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'

/** What one sender may send a second; 0 for no bound. */
export interface Rates {
  readonly requestsPerSecondMax: number
  readonly bytesPerSecondMax: number
}

/** What a sender has left. Grows with time up to the amount of one second, and may fall below 0: a debt to wait off. */
interface Bucket {
  requests: number
  bytes: number
  filledAt: number
}

/** Senders that were silent are looked for, to be forgotten, from so many on. */
const bucketsMin = 10_000

/** Bounds the requests and bytes of each sender in a second, and lets a pause of a second be made up for. */
export class RateLimiter {
  readonly #rates: Rates
  readonly #clock: Clock
  readonly #buckets = new Map<string, Bucket>()
  #forgetAt = bucketsMin

  constructor(rates: Rates, clock: Clock) {
    this.#rates = rates
    this.#clock = clock
  }

  /** Senders that are remembered. */
  get size(): number {
    return this.#buckets.size
  }

  /**
   * Counts a request of `sender` before its body is read.
   * @throws RATE_LIMITED with `retryAfterSeconds`
   */
  admit(sender: string): void {
    const { requestsPerSecondMax, bytesPerSecondMax } = this.#rates
    if (requestsPerSecondMax === 0 && bytesPerSecondMax === 0) return
    const bucket = this.#fill(sender)
    if (requestsPerSecondMax > 0 && bucket.requests < 1) {
      throw makeLimited(`${requestsPerSecondMax} requests`, (1 - bucket.requests) / requestsPerSecondMax)
    }
    if (bytesPerSecondMax > 0 && bucket.bytes <= 0) {
      throw makeLimited(`${bytesPerSecondMax} bytes`, -bucket.bytes / bytesPerSecondMax)
    }
    bucket.requests--
  }

  /** Counts the bytes of a body. One that is larger than what is left is taken and makes the next ones wait. */
  charge(sender: string, bytes: number): void {
    const bucket = this.#rates.bytesPerSecondMax === 0 ? undefined : this.#buckets.get(sender)
    if (bucket !== undefined) bucket.bytes -= bytes
  }

  #fill(sender: string): Bucket {
    const { requestsPerSecondMax, bytesPerSecondMax } = this.#rates
    const now = this.#clock.readNow()
    let bucket = this.#buckets.get(sender)
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#forgetAt) this.#forgetFull(now)
      bucket = { requests: requestsPerSecondMax, bytes: bytesPerSecondMax, filledAt: now }
      this.#buckets.set(sender, bucket)
      return bucket
    }
    // A clock that was put back gives nothing, and takes nothing.
    const seconds = Math.max(0, now - bucket.filledAt) / 1000
    bucket.requests = Math.min(requestsPerSecondMax, bucket.requests + seconds * requestsPerSecondMax)
    bucket.bytes = Math.min(bytesPerSecondMax, bucket.bytes + seconds * bytesPerSecondMax)
    bucket.filledAt = now
    return bucket
  }

  /** A bucket that is full again says no more than none. */
  #forgetFull(now: number): void {
    const { requestsPerSecondMax, bytesPerSecondMax } = this.#rates
    for (const [sender, bucket] of this.#buckets) {
      const seconds = (now - bucket.filledAt) / 1000
      const isFull =
        bucket.requests + seconds * requestsPerSecondMax >= requestsPerSecondMax &&
        bucket.bytes + seconds * bytesPerSecondMax >= bytesPerSecondMax
      if (isFull) this.#buckets.delete(sender)
    }
    // Not again for each sender, when many are active.
    this.#forgetAt = Math.max(bucketsMin, 2 * this.#buckets.size)
  }
}

function makeLimited(rate: string, waitSeconds: number): HansardError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitSeconds))
  return new HansardError(
    'RATE_LIMITED',
    `A sender may send ${rate} a second. Send the request again later.`,
    {
      facts: { retryAfterSeconds },
    },
  )
}
