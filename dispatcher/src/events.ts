import type { ErrorCode } from 'hansard-protocol'

/** What an application gives to `emit`. */
export interface EmitRequest {
  readonly topic: string
  readonly routingKey?: string | null | undefined
  /**
   * The event: an object, which is printed once by `JSON.stringify`; or one JSON object that is already text or
   * UTF-8 bytes, which is kept byte for byte (only line breaks between its tokens are taken out).
   */
  readonly message: object | string | Uint8Array
  /** What a local log line tells beside the message. */
  readonly context?: LogContext | undefined
  /** Where the event stands in a stream that is read again after a crash. */
  readonly place?: Place | undefined
  /** Names of targets: the event goes to these only. For a repeat after `'full'`. */
  readonly only?: readonly string[] | undefined
}

/** Written by file targets; not sent to event servers. */
export interface LogContext {
  readonly severity?: string | undefined
  readonly mdc?: Readonly<Record<string, unknown>> | undefined
  /** Milliseconds since the start of the query that caused the event. */
  readonly callTimeMs?: number | undefined
}

/**
 * Makes a repeat harmless. The events of a stream come with offsets that only rise; a target with a spool keeps the
 * offset together with the event, in one write, and ignores an event whose offset is not above the one it has.
 */
export interface Place {
  readonly stream: string
  readonly offset: number
}

/** What became of one `emit`. */
export type EmitResult =
  /** Every target that wants the event has it: in memory, and within `commitEveryMs` on disk. */
  | { readonly outcome: 'accepted' }
  /** No target wants it. */
  | { readonly outcome: 'filtered' }
  /** These targets had no room, and do not have it. The other targets that want it have it. */
  | { readonly outcome: 'full'; readonly targets: readonly string[] }
  /** It is no event, or the dispatcher is closed: no target has it, and a repeat will not change that. */
  | { readonly outcome: 'refused'; readonly code: ErrorCode; readonly reason: string }

/** An event on its way to the targets. */
export interface AuditEvent {
  readonly topic: string
  readonly routingKey: string | null
  /** The message on one line, with its line feed. Shared by the targets: nobody writes to it. */
  readonly line: Buffer
  readonly context: LogContext | undefined
  readonly place: Place | undefined
}
