import type { Entry, LabelRun } from 'hansard-journal'
import type { Place } from '../events.ts'

/** The meta block of a frame of the spool, as compact JSON. */
export interface SpoolMeta {
  /** Labels of the events, in their order. The counts add up to the count of the frame. */
  readonly runs: readonly LabelRun[]
  /** The last offset of each stream that has events in the frame. */
  readonly places?: readonly (readonly [stream: string, offset: number])[]
}

/** Events that are gathered in memory to become one frame of the spool. */
export class FrameDraft {
  count = 0
  bytes = 0
  readonly places = new Map<string, number>()
  readonly #lines: Buffer[] = []
  readonly #runs: [topic: string, routingKey: string | null, count: number][] = []
  readonly #waiting: { resolve(): void; reject(error: unknown): void }[] = []

  add(topic: string, routingKey: string | null, line: Buffer, place: Place | undefined): void {
    const last = this.#runs.at(-1)
    if (last !== undefined && last[0] === topic && last[1] === routingKey) last[2]++
    else this.#runs.push([topic, routingKey, 1])
    if (place !== undefined) this.places.set(place.stream, place.offset)
    this.#lines.push(line)
    this.count++
    this.bytes += line.length
  }

  /** Resolves when the frame is on disk; rejects when it will never be. */
  whenDurable(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  noteDurable(): void {
    for (const { resolve } of this.#waiting) resolve()
  }

  noteLost(error: unknown): void {
    for (const { reject } of this.#waiting) reject(error)
  }

  makeEntry(): Entry {
    const meta: SpoolMeta =
      this.places.size === 0 ? { runs: this.#runs } : { runs: this.#runs, places: [...this.places] }
    return {
      type: 'events',
      count: this.count,
      meta: Buffer.from(JSON.stringify(meta)),
      payload: Buffer.concat(this.#lines, this.bytes),
    }
  }
}

export function decodeSpoolMeta(bytes: Buffer): SpoolMeta {
  return JSON.parse(bytes.toString('utf8')) as SpoolMeta
}
