import { defaultLimits, HansardError } from 'hansard-protocol'
import type { DestinationSettings } from '../../server/src/config/destination-settings.ts'
import { decodeBatch } from '../../server/src/ingest/decode-batch.ts'
import type { Lane } from '../../server/src/lane.ts'
import type { SeededRandom } from '../kit/random.ts'
import type { SimClock } from '../kit/sim-clock.ts'

/** What the oracle knows of one event. */
export interface SentEvent {
  readonly text: string
  readonly topic: string
  readonly routingKey: string | null
  /** A receipt came. */
  isAcknowledged: boolean
  /** Destinations in force at each attempt to send it. */
  readonly attemptedUnder: Set<readonly DestinationSettings[]>
}

type Kind = 'plain' | 'numbered' | 'idempotent'

interface Batch {
  readonly kind: Kind
  readonly events: readonly SentEvent[]
  readonly body: Buffer
  /** Producer, or idempotency key. */
  readonly identity: string
  readonly sequence: number
}

const topics = ['generic', 'authfail', 'apinode-query']
const routingKeys = [null, null, 'churn-1', 'Churn-1']
const producers = ['design-1', 'api-1']

/** The nodes: they send batches and, those that can, repeat them until they are acknowledged. */
export class SimSender {
  readonly events: SentEvent[] = []
  /** Batches that must be sent again: their senders have an identity and no receipt. */
  readonly #unanswered: Batch[] = []
  readonly #nextSequence = new Map<string, number>()
  readonly #random: SeededRandom
  readonly #clock: SimClock
  #nextId = 0

  constructor(random: SeededRandom, clock: SimClock) {
    this.#random = random
    this.#clock = clock
  }

  get unansweredCount(): number {
    return this.#unanswered.length
  }

  /** Sends some new batches at the same time, and some that were not answered. */
  async sendSome(lane: Lane, destinations: readonly DestinationSettings[]): Promise<void> {
    const batches = this.#unanswered.splice(0)
    const count = 1 + this.#random.nextInteger(4)
    for (let index = 0; index < count; index++) batches.push(this.#makeBatch())
    await this.#sendAll(batches, lane, destinations)
  }

  async resend(lane: Lane, destinations: readonly DestinationSettings[]): Promise<void> {
    await this.#sendAll(this.#unanswered.splice(0), lane, destinations)
  }

  async #sendAll(
    batches: readonly Batch[],
    lane: Lane,
    destinations: readonly DestinationSettings[],
  ): Promise<void> {
    await Promise.all(
      batches.map(async (batch) => {
        for (const event of batch.events) event.attemptedUnder.add(destinations)
        if (await this.#isAccepted(batch, lane)) for (const event of batch.events) event.isAcknowledged = true
        else if (batch.kind !== 'plain') this.#unanswered.push(batch)
      }),
    )
  }

  async #isAccepted(batch: Batch, lane: Lane): Promise<boolean> {
    const [first] = batch.events
    const address = { topic: first!.topic, routingKey: first!.routingKey }
    const decoded = decodeBatch(batch.body, 'ndjson', address, defaultLimits)
    try {
      await lane.intake.accept(decoded, {
        origAddress: '10.0.0.7',
        receivedAt: this.#clock.readNow(),
        body: batch.body,
        ...(batch.kind === 'numbered' ? { source: batch.identity, sequence: batch.sequence } : {}),
        ...(batch.kind === 'idempotent' ? { idempotencyKey: batch.identity } : {}),
      })
      return true
    } catch (error) {
      if (error instanceof HansardError && error.retry === 'later') return false
      throw error
    }
  }

  #makeBatch(): Batch {
    const random = this.#random
    const kind = random.pick<Kind>(['plain', 'plain', 'numbered', 'idempotent'])
    const topic = random.pick(topics)
    const routingKey = random.pick(routingKeys)
    const count = random.chance(0.1) ? 40 : 1 + random.nextInteger(6)
    const events = Array.from({ length: count }, (): SentEvent => {
      const text = this.#makeText()
      return { text, topic, routingKey, isAcknowledged: false, attemptedUnder: new Set() }
    })
    this.events.push(...events)
    const body = Buffer.from(events.map(({ text }) => `${text}\n`).join(''))
    const identity = kind === 'numbered' ? random.pick(producers) : `batch-${this.#nextId}`
    const sequence = this.#nextSequence.get(identity) ?? 0
    if (kind === 'numbered') this.#nextSequence.set(identity, sequence + count)
    return { kind, events, body, identity, sequence }
  }

  #makeText(): string {
    const fill = this.#random.pick(['', 'é"\\u00e9\\n', 'x'.repeat(this.#random.nextInteger(300))])
    return `{"n": ${this.#nextId++},"big":123456789012345678901234567890,"f":1.0,"text":${JSON.stringify(fill)}}`
  }
}
