import { HansardError } from 'hansard-protocol'

/** What a line of a log comes to: an event with its labels, as `emit` of the dispatcher takes it. */
export interface LogEvent {
  readonly topic: string
  readonly routingKey: string | null
  readonly message: Uint8Array
  readonly context?: {
    readonly severity?: string
    readonly mdc?: Readonly<Record<string, unknown>>
    readonly callTimeMs?: number
  }
}

/** @throws EVENT_INVALID, EVENT_TOO_DEEP, TOPIC_MISSING: the line is malformed */
export type ParseLine = (line: Uint8Array) => LogEvent

export function makeTopicError(detail: string): HansardError {
  return new HansardError('TOPIC_MISSING', detail)
}
