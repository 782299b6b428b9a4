/** What a dispatcher has done since it was opened, and where each target stands. Counts are of events. */
export interface DispatcherStats {
  readonly emitted: number
  /** Wanted by no target. */
  readonly filtered: number
  /** No event at all, or emitted after the end. */
  readonly refused: number
  /** By name. `filtered`: emitted, and not wanted by this target. */
  readonly targets: Readonly<Record<string, TargetStats & { readonly filtered: number }>>
}

export type TargetStats = EventServerStats | FileStats

interface CommonStats {
  readonly accepted: number
  /** Accepted before: the place of the event was known. */
  readonly repeated: number
  /** Not taken, for want of room. */
  readonly full: number
  /** Taken, and in memory only. */
  readonly inMemory: number
  readonly inMemoryBytes: number
  /** Why the target does not get on; undefined while it does. */
  readonly trouble: Trouble | undefined
}

export interface EventServerStats extends CommonStats {
  readonly type: 'event-server'
  /** `waiting`: the last attempt failed and another follows. `failed`: nothing follows until the next start. */
  readonly state: 'idle' | 'sending' | 'waiting' | 'failed' | 'closed'
  /** Server that is used now. */
  readonly url: string
  /** Under this name and from this number on the server knows what comes next. */
  readonly source: string
  readonly sequence: number
  /** On disk, and not acknowledged. */
  readonly spooled: number
  readonly spoolBytes: number
  /** When the oldest of them was written to disk, ms since 1970. */
  readonly oldestSpooledAt: number | undefined
  /** Acknowledged by a receipt; `duplicates` of them the server had already. */
  readonly acknowledged: number
  readonly duplicates: number
  readonly deadLetters: number
  /** Given up to make room for newer ones. */
  readonly dropped: number
  /** Sent to another server though the first may have stored them. */
  readonly possibleDuplicates: number
  readonly requests: number
  /** Requests that failed and were sent again. */
  readonly retries: number
  /** Bytes of request bodies, as they travelled. */
  readonly sentBytes: number
}

export interface FileStats extends CommonStats {
  readonly type: 'file'
  readonly state: 'idle' | 'writing' | 'waiting' | 'closed'
  readonly written: number
  readonly writtenBytes: number
  readonly rotations: number
}

export interface Trouble {
  /** ms since 1970 */
  readonly since: number
  /** Attempts that failed since then. */
  readonly failures: number
  /** Code of the catalogue, when the server or the disk gave a reason that has one. */
  readonly code: string | null
  readonly reason: string
}
