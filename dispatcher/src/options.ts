import type { RoutingKeyFilter, TopicFilter } from 'hansard-protocol'
import type { Doors } from './doors.ts'
import type { Encoding } from './event-server/compress.ts'
import type { KeySource } from './event-server/key.ts'
import type { Observe } from './observer.ts'

export interface DispatcherOptions {
  /** Name of this node: part of the name under which event servers know it. */
  readonly instance?: string | undefined
  /** Folder for what must survive the process; made when missing. One process at a time. */
  readonly spoolDir: string
  readonly targets: readonly (TargetOptions | DocumentedTarget)[]
  /** Accepted events are on disk after at most this long and one write. Default 10. */
  readonly commitEveryMs?: number | undefined
  readonly onEvent?: Observe | undefined
  readonly doors?: Partial<Doors> | undefined
}

export type TargetOptions = EventServerOptions | FileOptions

interface TargetFilter {
  /**
   * Letters, digits and `.-_`. The name of the spool's folder: it must stay when other settings change. Default: the
   * type. Must be given when there are several targets of a type.
   */
  readonly name?: string | undefined
  /** Patterns with `*`. Default `'all'`. */
  readonly topics?: TopicFilter | undefined
  /** Patterns with `*`, and `null` for "no routing key". Default `'all'`. */
  readonly routingKeys?: RoutingKeyFilter | undefined
}

/**
 * Which routing key the server gets: that of the event, always the same, or the name of the node. The filter looks at
 * that of the event.
 */
export type RoutingKeyMode = 'fromMessage' | { readonly fixed: string } | 'instance'

export interface EventServerOptions extends TargetFilter {
  readonly type: 'event-server'
  /** Several: the first one is preferred, the others are used while it fails. */
  readonly url: string | readonly string[]
  readonly routingKeyMode?: RoutingKeyMode | undefined
  /** Adds the name of the node to each event, as the first member, under this name. */
  readonly instanceField?: string | undefined
  readonly key?: KeySource | undefined
  /** PEM text, or `file:/path`. Read when the target is opened. */
  readonly tls?:
    | {
        readonly ca?: string | undefined
        readonly cert?: string | undefined
        readonly key?: string | undefined
        readonly passphrase?: string | undefined
      }
    | undefined
  /** True: a server may be anybody, and so may read events and keys. */
  readonly trustAllCertificates?: boolean | undefined
  /** Default `'auto'`: zstd where this Node has it, else gzip. */
  readonly compression?: 'auto' | Encoding | undefined
  readonly spool?: SpoolLimits | undefined
  readonly batch?: BatchLimits | undefined
  readonly connectTimeoutMs?: number | undefined
  readonly answerTimeoutMs?: number | undefined
  /** Attempts that fail before another server is tried. Default 3. */
  readonly failoverAfter?: number | undefined
  /**
   * Events that a server may have stored without an answer are repeated to it for so long before they go to another
   * one, which may store them a second time. `Infinity`: for ever. Default 60 s.
   */
  readonly uncertainForMs?: number | undefined
  /** How often a preferred server is asked whether it is back. Default 60 s. */
  readonly returnAfterMs?: number | undefined
  /** Bound of the dead-letter file. Default 64 MiB. */
  readonly deadLetterBytesMax?: number | undefined
}

export interface SpoolLimits {
  /** Bytes on disk and in memory together. Default 1 GiB. */
  readonly bytesMax?: number | undefined
  /** Bytes that wait in memory for the disk. Default 16 MiB. */
  readonly memoryBytesMax?: number | undefined
  /** The spool takes nothing more while its disk has less than this free. Default 64 MiB. */
  readonly freeBytesMin?: number | undefined
  /** Default `'refuseNewest'`. `'dropOldest'`: the server sees a gap. */
  readonly whenFull?: 'refuseNewest' | 'dropOldest' | undefined
}

export interface BatchLimits {
  /** Bytes of events in one request, before compression. A single larger event travels alone. Default 1 MiB. */
  readonly bytesMax?: number | undefined
  /** Default 5,000. */
  readonly eventsMax?: number | undefined
  /** A batch that is not full waits so long for more. Default 100. */
  readonly waitMs?: number | undefined
}

export interface FileOptions extends TargetFilter {
  readonly type: 'file'
  /** The newest file; older ones are `<path>.1`, `<path>.2`, … Its folder is made when missing. */
  readonly path: string
  /** Default 100 MiB. */
  readonly fileBytesMax?: number | undefined
  /** Older files that are kept. Default 20. */
  readonly filesKept?: number | undefined
  /** When lines are forced to disk. Default `{ everyMs: 1000 }`. */
  readonly sync?: 'eachWrite' | 'never' | { readonly everyMs: number } | undefined
  /** Lines are gathered so long before they are written. Default 100. */
  readonly writeEveryMs?: number | undefined
  /** Bytes that wait in memory for the disk. Default 16 MiB. */
  readonly memoryBytesMax?: number | undefined
}

/** An audit target as a node's settings file documents it. The two members at the end are ours. */
export interface DocumentedTarget {
  readonly type: 'EVENT_SERVER'
  readonly url: string
  readonly routingKeyMode?: 'FROM_MESSAGE'
  readonly topicsFiltering?: 'ALL' | 'SELECTED'
  /** Used with `SELECTED` only. */
  readonly topics?: readonly string[]
  readonly routingKeysFiltering?: 'ALL' | 'SELECTED'
  readonly routingKeys?: readonly string[]
  readonly authKey?: string
  readonly trustAllCertificates?: boolean
  readonly name?: string
}
