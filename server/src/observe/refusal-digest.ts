import type { Clock } from 'hansard-journal'

/** Refusals of one kind, summed up. */
export interface RefusalSum {
  readonly kind: string
  readonly count: number
  /** ms since 1970 */
  readonly firstAt: number
  readonly lastAt: number
  /** Where they came from, the first ten. */
  readonly addresses: readonly string[]
  readonly moreAddresses: boolean
  /** Names of keys, the first ten. */
  readonly keys: readonly string[]
}

interface OpenSum {
  count: number
  readonly firstAt: number
  lastAt: number
  readonly addresses: Set<string>
  moreAddresses: boolean
  readonly keys: Set<string>
}

const lookEveryMs = 1_000
const reportEveryMs = 60_000
const namesMax = 10

/**
 * Sums up refusals by kind, so that whoever causes many of them cannot fill the journal: the first one of a kind is
 * reported soon, then one sum a minute. Memory is bounded by the number of kinds.
 */
export class RefusalDigest {
  readonly #clock: Clock
  readonly #report: (sum: RefusalSum) => void
  readonly #open = new Map<string, OpenSum>()
  readonly #reportedAt = new Map<string, number>()
  readonly #stop = new AbortController()
  readonly #running: Promise<void>

  constructor(clock: Clock, report: (sum: RefusalSum) => void) {
    this.#clock = clock
    this.#report = report
    this.#running = this.#run()
  }

  note(kind: string, { address, key }: { address?: string; key?: string | undefined } = {}): void {
    const now = this.#clock.readNow()
    let sum = this.#open.get(kind)
    if (sum === undefined) {
      sum = {
        count: 0,
        firstAt: now,
        lastAt: now,
        addresses: new Set(),
        moreAddresses: false,
        keys: new Set(),
      }
      this.#open.set(kind, sum)
    }
    sum.count++
    sum.lastAt = now
    if (address !== undefined) {
      if (sum.addresses.size < namesMax) sum.addresses.add(address)
      else sum.moreAddresses ||= !sum.addresses.has(address)
    }
    if (key !== undefined && sum.keys.size < namesMax) sum.keys.add(key)
  }

  /** Reports what is left. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
    for (const kind of [...this.#open.keys()]) this.#close(kind)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    for (;;) {
      await this.#clock.sleep(lookEveryMs, signal)
      if (signal.aborted) return
      const now = this.#clock.readNow()
      for (const kind of [...this.#open.keys()]) {
        const before = this.#reportedAt.get(kind) ?? Number.NEGATIVE_INFINITY
        if (Math.abs(now - before) < reportEveryMs) continue
        this.#reportedAt.set(kind, now)
        this.#close(kind)
      }
    }
  }

  #close(kind: string): void {
    const { count, firstAt, lastAt, addresses, moreAddresses, keys } = this.#open.get(kind)!
    this.#open.delete(kind)
    this.#report({ kind, count, firstAt, lastAt, addresses: [...addresses], moreAddresses, keys: [...keys] })
  }
}
