/** Names and shapes of the wire, version 1. Page: docs/formats/wire.md */

export const eventsPath = '/v1/events'

/** Request headers, in lower case as HTTP parsers give them. */
export const wireHeader = {
  topic: 'event-topic',
  routingKey: 'event-routing-key',
  idempotencyKey: 'idempotency-key',
  source: 'event-source',
  sequence: 'event-sequence',
  node: 'event-node',
} as const

export const idempotencyKeyLengthMax = 256

/** The answer to an accepted request. */
export interface Receipt {
  /** Events of this request that are now in the journal; 0 for a repeat. */
  readonly accepted: number
  /** Events of the request that the server already had and did not store again. */
  readonly duplicates?: number
  /** True if the whole request is a repeat: the receipt tells where its events were stored the first time. */
  readonly duplicate?: true
  readonly lane: string
  /** Position of the first accepted event; null when nothing was stored and the first place is not known. */
  readonly position: number | null
  /** When the events were received, ISO 8601 in UTC. */
  readonly receivedAt: string
}
