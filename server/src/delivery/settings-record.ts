import type { DestinationSettings } from '../config/destination-settings.ts'

/** A destination as a settings frame of the journal holds it. */
export interface RecordedDestination {
  readonly settings: DestinationSettings
  /** Its settings when it was brought in; they hold from there to the first change. */
  readonly first: DestinationSettings
  /** Position of the first event that is its business. */
  readonly from: number
  /** Revision of the settings frame that brought it in. */
  readonly since: number
}

/**
 * The meta block of a settings frame: all destinations in force from its position on. Frames at the same
 * position are told apart by their revision: the second in which it was made, or one more than the one before.
 */
export interface SettingsRecord {
  readonly revision: number
  readonly destinations: readonly RecordedDestination[]
}

export function encodeSettingsRecord(record: SettingsRecord): Buffer {
  return Buffer.from(JSON.stringify(record))
}

export function decodeSettingsRecord(bytes: Buffer): SettingsRecord {
  return JSON.parse(bytes.toString('utf8')) as SettingsRecord
}
