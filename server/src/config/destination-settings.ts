import type { RoutingKeyFilter, TopicFilter } from 'hansard-protocol'
import type { Compression } from '../compression/compress-block.ts'
import type { PlacementSettings } from '../layout/placement.ts'

/**
 * Everything of a destination that decides the names and the content of its files. It is written into the
 * journal when it changes, so that files are a function of the journal alone. Plain JSON, no secrets.
 */
export interface DestinationSettings extends PlacementSettings {
  readonly name: string
  /** Name of the connection that keeps the files. */
  readonly connection: string
  /** Path within the connection: empty, or folders joined by `/` without a slash at either end. */
  readonly path: string
  readonly topics: TopicFilter
  readonly routingKeys: RoutingKeyFilter
  /** Takes only events that were sent with the key of this name. */
  readonly requiredKey?: string
  /** Members added to the documented envelope, in this order. */
  readonly envelopeFields: readonly EnvelopeField[]
  readonly flush: {
    readonly everyMs: number
    /** An epoch ends when its events hold this many bytes. */
    readonly maxBytes: number
    /** A part ends when its uncompressed lines hold this many bytes. */
    readonly partMaxBytes: number
  }
  readonly compression: Compression
}

export const envelopeFields = ['topic', 'routingKey', 'node', 'key', 'eventId'] as const
export type EnvelopeField = (typeof envelopeFields)[number]
