import type { Clock, Entry, RandomSource } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import { Bell } from '../bell.ts'
import type { Place } from '../events.ts'
import { makeRetryPauseMs } from '../retry-pause.ts'
import { FrameDraft } from './frame-draft.ts'

export interface GatherOptions {
  readonly clock: Clock
  readonly random: RandomSource
  readonly commitEveryMs: number
  readonly frameBytesMax: number
  readonly frameEventsMax: number
  /** Makes a frame durable, or rejects. */
  append(entry: Entry): Promise<void>
  /** The frame is on disk. Called before those who wait for it go on. */
  onDurable(draft: FrameDraft): void
  /** The disk refused; the same events are written again after the pause. */
  onTrouble(error: HansardError, pauseMs: number): void
  onRecovered(): void
}

/** What an event costs in memory beside its bytes. */
const eventOverheadBytes = 100

/** The memory before a spool: events that come together become one frame, and stay until the disk has taken it. */
export class Gather {
  /** Events, and what they cost. */
  inMemory = 0
  inMemoryBytes = 0
  readonly #options: GatherOptions
  /** Cuts the wait before the next commit short. */
  readonly #hurry = new Bell()
  readonly #abandoned = new AbortController()
  #isHurried = false
  readonly #drafts: FrameDraft[] = []
  #writing: FrameDraft | undefined
  #committing: Promise<void> | undefined

  constructor(options: GatherOptions) {
    this.#options = options
  }

  /** What the line will cost in memory. */
  measure(line: Buffer): number {
    return line.length + eventOverheadBytes
  }

  add(topic: string, routingKey: string | null, line: Buffer, place: Place | undefined): void {
    const { frameBytesMax, frameEventsMax } = this.#options
    let draft = this.#drafts.at(-1)
    if (draft === undefined || draft.count >= frameEventsMax || draft.bytes + line.length > frameBytesMax) {
      draft = new FrameDraft()
      this.#drafts.push(draft)
    }
    draft.add(topic, routingKey, line, place)
    this.inMemory++
    this.inMemoryBytes += this.measure(line)
    this.#committing ??= this.#commit()
  }

  /**
   * Resolves when everything that is in memory now is on disk.
   * @throws JOURNAL_CLOSED if the disk had not taken it at the end
   */
  async whenDurable(): Promise<void> {
    const last = this.#drafts.at(-1) ?? this.#writing
    if (last === undefined) return
    const durable = last.whenDurable()
    this.#hurryUp()
    await durable
  }

  /**
   * Writes what is in memory, to be called when nothing more is added. When `deadline` is aborted, a disk that refuses
   * is asked a last time; the events in memory are then lost. Resolves to their number.
   */
  async finish(deadline: AbortSignal): Promise<number> {
    const abandon = (): void => this.#abandoned.abort()
    if (deadline.aborted) abandon()
    deadline.addEventListener('abort', abandon, { once: true })
    this.#hurryUp()
    await this.#committing
    deadline.removeEventListener('abort', abandon)
    return this.inMemory
  }

  #hurryUp(): void {
    this.#isHurried = true
    this.#hurry.ring()
  }

  async #commit(): Promise<void> {
    const { clock, commitEveryMs } = this.#options
    while (this.#drafts.length > 0) {
      // Not at once: events that come together share one write and one sync.
      const isFull = this.#drafts.length > 1
      if (!isFull && !this.#isHurried) await clock.sleep(commitEveryMs, this.#hurry.signal)
      this.#isHurried = false
      // They stay in the list until it is their turn: who waits, waits for the last of it.
      for (let count = this.#drafts.length; count > 0; count--) {
        if (!(await this.#write(this.#drafts.shift()!))) return this.#loseRest()
      }
    }
    this.#committing = undefined
  }

  /** False when the draft is lost. */
  async #write(draft: FrameDraft): Promise<boolean> {
    this.#writing = draft
    const isDurable = await this.#append(draft)
    this.#writing = undefined
    if (!isDurable) {
      draft.noteLost(makeLost())
      return false
    }
    this.inMemory -= draft.count
    this.inMemoryBytes -= draft.bytes + draft.count * eventOverheadBytes
    this.#options.onDurable(draft)
    draft.noteDurable()
    return true
  }

  /** Nothing may follow what is lost: the place of a later event would say that the earlier one is on disk. */
  #loseRest(): void {
    for (const draft of this.#drafts.splice(0)) draft.noteLost(makeLost())
  }

  /** Appends until the disk takes it. False when the deadline passed before. */
  async #append(draft: FrameDraft): Promise<boolean> {
    const { clock, random, append, onTrouble, onRecovered } = this.#options
    const entry = draft.makeEntry()
    for (let failures = 0; ; ) {
      try {
        await append(entry)
        if (failures > 0) onRecovered()
        return true
      } catch (error) {
        failures++
        const pauseMs = makeRetryPauseMs(failures, 0, random)
        onTrouble(translate(error), pauseMs)
        if (this.#abandoned.signal.aborted) return false
        await clock.sleep(pauseMs, this.#abandoned.signal)
      }
    }
  }
}

function makeLost(): HansardError {
  return new HansardError('JOURNAL_CLOSED', 'The spool was closed before its disk took the events.')
}

function translate(error: unknown): HansardError {
  if (error instanceof HansardError) return error
  return new HansardError('JOURNAL_WRITE_FAILED', 'The spool could not write to its disk.', { cause: error })
}
