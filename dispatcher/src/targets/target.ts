import type { RoutingKeyFilter, TopicFilter } from 'hansard-protocol'
import type { Doors } from '../doors.ts'
import type { AuditEvent } from '../events.ts'
import type { Observe } from '../observer.ts'
import type { TargetStats } from '../stats.ts'

/** What a target did with one event: `'repeated'` means it has it already. */
export type Offer = 'accepted' | 'repeated' | 'full'

/** Where a dispatcher sends events. One file a kind. */
export interface Target {
  readonly name: string
  readonly topics: TopicFilter
  readonly routingKeys: RoutingKeyFilter
  /** Takes an event into memory. Never waits and never throws. */
  offer(event: AuditEvent): Offer
  /** Resolves when every event that was taken so far is on disk. */
  whenDurable(): Promise<void>
  /** Resolves when every event that was taken so far has arrived; a file's are then on disk. */
  whenArrived(): Promise<void>
  /**
   * Takes no more, goes on until everything has arrived or `deadline` is aborted, and then closes what it holds.
   * What has not arrived stays in the spool. Never rejects.
   */
  close(deadline: AbortSignal): Promise<void>
  readStats(): TargetStats
}

/** What the dispatcher gives to each of its targets. */
export interface TargetSettings {
  readonly name: string
  readonly instance: string
  /** Folder of this target alone. */
  readonly folder: string
  readonly commitEveryMs: number
  readonly doors: Doors
  readonly observe: Observe
}
