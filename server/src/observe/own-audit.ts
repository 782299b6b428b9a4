import type { Clock } from 'hansard-journal'
import type { commonMembers, OwnFact, OwnFacts, OwnMsgType } from './own-events.ts'

/**
 * What the server does, as events of the topic `hansard`: through the same journal as all others, to the same
 * destinations. There is no switch for it.
 *
 * 1. `note` neither waits nor fails, whatever the state of the journal.
 * 2. Events come into the journal in the order in which they were noted.
 * 3. While the journal takes none they wait in memory, up to a bound. What does not fit is lost, and the next event
 *    says how many were. A kill loses those that wait.
 * 4. An event whose write failed is written again, so after a crash it may be there twice: with the same `number`.
 */
export interface OwnAuditOptions {
  readonly clock: Clock
  readonly version: string
  readonly host: string
}

/** Takes events, each one line of JSON without its line feed, into the journal. */
export type StoreOwnEvents = (events: readonly string[]) => Promise<void>

/** What became of the events of this run. */
export interface OwnAuditCounts {
  readonly stored: number
  readonly waiting: number
  readonly lost: number
}

const waitingMax = 1_000
const waitingBytesMax = 1024 * 1024
const retryMs = 1_000

export class OwnAudit {
  readonly #options: OwnAuditOptions
  readonly #upSince: number
  readonly #stop = new AbortController()
  #waiting: string[] = []
  #waitingBytes = 0
  #number = 0
  #lost = 0
  #stored = 0
  #store: StoreOwnEvents | undefined
  #writing: Promise<void> | undefined

  constructor(options: OwnAuditOptions) {
    this.#options = options
    this.#upSince = options.clock.readNow()
  }

  get counts(): OwnAuditCounts {
    return { stored: this.#stored, waiting: this.#waiting.length, lost: this.#lost }
  }

  note<Type extends OwnMsgType>(msgType: Type, facts: OwnFacts<Type>): void {
    const { clock, version, host } = this.#options
    const common: Record<keyof typeof commonMembers, OwnFact> = {
      msgType,
      time: formatInstant(clock.readNow()),
      upSince: formatInstant(this.#upSince),
      number: this.#number,
      lost: this.#lost,
      version,
      host,
    }
    const event = JSON.stringify({ ...common, ...facts })
    const isFull = this.#waiting.length >= waitingMax || this.#waitingBytes + event.length > waitingBytesMax
    if (isFull || this.#stop.signal.aborted) {
      this.#lost++
      return
    }
    this.#number++
    this.#waiting.push(event)
    this.#waitingBytes += event.length
    this.#write()
  }

  /** The journal takes events from now on. */
  open(store: StoreOwnEvents): void {
    this.#store = store
    this.#write()
  }

  /** Tries once more to store what waits; takes no more. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#writing
    if (this.#store !== undefined && this.#waiting.length > 0) await this.#storeWaiting(this.#store)
  }

  #write(): void {
    if (this.#store === undefined) return
    this.#writing ??= this.#writeAll(this.#store).finally(() => {
      this.#writing = undefined
    })
  }

  async #writeAll(store: StoreOwnEvents): Promise<void> {
    while (this.#waiting.length > 0) {
      if (await this.#storeWaiting(store)) continue
      await this.#options.clock.sleep(retryMs, this.#stop.signal)
      if (this.#stop.signal.aborted) return
    }
  }

  /** False if the journal did not take them; they wait on. */
  async #storeWaiting(store: StoreOwnEvents): Promise<boolean> {
    const events = [...this.#waiting]
    try {
      await store(events)
    } catch {
      // Whoever sent events at this moment was refused as well: that is counted and in the log.
      return false
    }
    this.#waiting.splice(0, events.length)
    this.#stored += events.length
    this.#waitingBytes -= events.reduce((sum, event) => sum + event.length, 0)
    return true
  }
}

function formatInstant(ms: number): string {
  return new Date(ms).toISOString()
}
