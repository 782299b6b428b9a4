/**
 * The meta block of an events frame: what the server knows of the request. Compact JSON; members that do not
 * apply are left out. The counts of `runs` add up to the count of the frame.
 */
export interface EventsMeta {
  /** When the request was received, ms since 1970. */
  readonly receivedAt: number
  /** Address of the node, as text. */
  readonly origAddress: string
  /** Labels of the events, in their order: topic, routing key or null, count. */
  readonly runs: readonly LabelRun[]
  /** Name of the key with which the events were sent. */
  readonly key?: string
  /** Name that the sender gave its node. */
  readonly node?: string
  /** Producer that numbered the events. */
  readonly source?: string
  /** Sequence numbers of the events, in their order: first, count. */
  readonly sequences?: readonly SequenceRun[]
  /** SHA-256, cut to 16 bytes, in hex: of the Idempotency-Key, and of the decoded body. */
  readonly idempotency?: { readonly key: string; readonly body: string }
}

export type LabelRun = readonly [topic: string, routingKey: string | null, count: number]
export type SequenceRun = readonly [first: number, count: number]

export function encodeEventsMeta(meta: EventsMeta): Buffer {
  return Buffer.from(JSON.stringify(meta))
}

/** Reads a meta block that was written by `encodeEventsMeta`; its checksum is known to match. */
export function decodeEventsMeta(bytes: Buffer): EventsMeta {
  return JSON.parse(bytes.toString('utf8')) as EventsMeta
}
