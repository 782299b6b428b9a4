import {
  HansardError,
  matchesRoutingKey,
  matchesTopic,
  parseRoutingKey,
  parseSentTopic,
} from 'hansard-protocol'
import type { Target } from './targets/target.ts'

/** A target, and what the dispatcher knows of it. */
export interface Slot {
  readonly target: Target
  /** Emitted events that it wants. */
  wanted: number
  /** The last event found no room. */
  isFull: boolean
}

const routesMax = 10_000

/** Which targets want which labels. Each pair of labels is checked and matched once, then remembered. */
export class RouteTable {
  readonly #slots: readonly Slot[]
  #routes = new Map<string, Map<string | null, readonly Slot[]>>()
  #count = 0

  constructor(slots: readonly Slot[]) {
    this.#slots = slots
  }

  /** @throws TOPIC_INVALID, TOPIC_RESERVED, ROUTING_KEY_INVALID */
  find(topic: string, routingKey: string | null): readonly Slot[] {
    return this.#routes.get(topic)?.get(routingKey) ?? this.#match(topic, routingKey)
  }

  #match(topic: string, routingKey: string | null): readonly Slot[] {
    if (typeof topic !== 'string') throw new HansardError('TOPIC_INVALID', 'The topic is not text.')
    parseSentTopic(topic)
    if (routingKey !== null) {
      if (typeof routingKey !== 'string') {
        throw new HansardError('ROUTING_KEY_INVALID', 'The routing key is not text.')
      }
      parseRoutingKey(routingKey)
    }
    const wanting = this.#slots.filter(
      ({ target }) => matchesTopic(target.topics, topic) && matchesRoutingKey(target.routingKeys, routingKey),
    )
    // Labels without end must not fill the memory: forget all, and learn those in use again.
    if (this.#count >= routesMax) {
      this.#routes = new Map()
      this.#count = 0
    }
    const ofTopic = this.#routes.get(topic) ?? new Map<string | null, readonly Slot[]>()
    this.#routes.set(topic, ofTopic.set(routingKey, wanting))
    this.#count++
    return wanting
  }
}
