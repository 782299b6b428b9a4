import type { SequenceRun } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'

/**
 * What the server has of each producer: `next` is one more than the highest sequence number stored, `gaps` are
 * the runs below it that never arrived. A number below `next` and in no gap is a repeat.
 */
export interface ProducerState {
  next: number
  /** Ascending, apart from each other. */
  gaps: Gap[]
  /** When its newest stored request was received, and what that said. */
  lastSeenAt: number
  address: string | null
  /** Name that the sender gave its node. */
  node: string | null
}

/** Numbers that never arrived, and the time of the request that jumped over them. */
export type Gap = readonly [first: number, count: number, openSince: number]

/** What a stored request says of its producer. */
export type Sighting = Pick<ProducerState, 'lastSeenAt' | 'address' | 'node'>

/** The gaps of all producers together. */
export interface GapSums {
  readonly producers: number
  readonly events: number
  /** When the oldest was opened; undefined if there is none. */
  readonly openSince: number | undefined
}

const producersMax = 100_000
export const gapsPerProducerMax = 1_000

export class ProducerBook {
  readonly #producers = new Map<string, ProducerState>()

  get size(): number {
    return this.#producers.size
  }

  /**
   * The numbers of [first, first + count) that are not stored yet.
   * @throws PRODUCERS_TOO_MANY, SEQUENCE_TOO_FRAGMENTED
   */
  findMissing(source: string, first: number, count: number): SequenceRun[] {
    const producer = this.#producers.get(source)
    if (producer === undefined) {
      if (this.#producers.size >= producersMax) {
        throw new HansardError('PRODUCERS_TOO_MANY', `The server follows ${producersMax} producers already.`)
      }
      return [[first, count]]
    }
    const end = first + count
    const missing: SequenceRun[] = []
    let newGaps = first > producer.next ? 1 : 0
    for (const [gapFirst, gapCount] of producer.gaps) {
      const gapEnd = gapFirst + gapCount
      const from = Math.max(first, gapFirst)
      const to = Math.min(end, gapEnd)
      if (from >= to) continue
      missing.push([from, to - from])
      // What lies inside a gap divides it; what covers a gap closes it.
      if (from > gapFirst && to < gapEnd) newGaps++
      else if (from === gapFirst && to === gapEnd) newGaps--
    }
    const from = Math.max(first, producer.next)
    if (from < end) missing.push([from, end - from])
    if (newGaps > 0 && producer.gaps.length + newGaps > gapsPerProducerMax) {
      throw new HansardError(
        'SEQUENCE_TOO_FRAGMENTED',
        `The producer has ${producer.gaps.length} open gaps. Send the missing events before newer ones.`,
        { facts: { expected: producer.gaps[0]![0] } },
      )
    }
    return missing
  }

  /** Notes that the numbers are stored. Noting them again changes nothing. */
  add(source: string, runs: readonly SequenceRun[], sighting: Sighting): void {
    let producer = this.#producers.get(source)
    if (producer === undefined) {
      producer = { next: 0, gaps: [], ...sighting }
      this.#producers.set(source, producer)
    }
    const { lastSeenAt, address, node } = sighting
    producer.lastSeenAt = lastSeenAt
    producer.address = address
    producer.node = node
    for (const [first, count] of runs) {
      if (first > producer.next) producer.gaps.push([producer.next, first - producer.next, lastSeenAt])
      if (first < producer.next) producer.gaps = closeGaps(producer.gaps, first, first + count)
      producer.next = Math.max(producer.next, first + count)
    }
  }

  has(source: string): boolean {
    return this.#producers.has(source)
  }

  entries(): IterableIterator<[string, Readonly<ProducerState>]> {
    return this.#producers.entries()
  }

  sumGaps(): GapSums {
    let producers = 0
    let events = 0
    let openSince: number | undefined
    for (const { gaps } of this.#producers.values()) {
      if (gaps.length > 0) producers++
      for (const [, count, since] of gaps) {
        events += count
        if (openSince === undefined || since < openSince) openSince = since
      }
    }
    return { producers, events, openSince }
  }

  restore(entries: Iterable<[string, ProducerState]>): void {
    for (const [source, state] of entries) this.#producers.set(source, state)
  }
}

function closeGaps(gaps: readonly Gap[], from: number, to: number): Gap[] {
  return gaps.flatMap((gap): Gap[] => {
    const [first, count, openSince] = gap
    const end = first + count
    if (to <= first || from >= end) return [gap]
    const rest: Gap[] = []
    if (from > first) rest.push([first, from - first, openSince])
    if (to < end) rest.push([to, end - to, openSince])
    return rest
  })
}
