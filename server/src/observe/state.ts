import type { Journal } from 'hansard-journal'
import type { ErrorCode } from 'hansard-protocol'
import type { ConnectionUsages } from '../delivery/connection-pool.ts'
import type { DestinationStatus } from '../delivery/destination.ts'
import type { IntakeCounts } from '../ingest/intake.ts'
import type { Ledger } from '../ingest/ledger.ts'
import type { ProducerContacts } from '../ingest/producer-contacts.ts'

/** What health and metrics look at. Read only: nothing here changes what is observed. */
export interface ServerState {
  readonly version: string
  readonly startedAt: number
  readonly journal: Journal
  readonly ledger: Ledger
  readonly intake: IntakeCounts
  readonly contacts: ProducerContacts
  readonly refusals: RefusalCounts
  readonly journalDiskBytesMax: number
  readonly isDeliveryUp: boolean
  readonly destinations: readonly DestinationStatus[]
  readonly connectionUsages: ConnectionUsages
  readonly notReadyReason: string | undefined
  readNow(): number
}

/** Requests refused since the start, by code, and the events of those that were decoded. */
export class RefusalCounts {
  readonly requestsByCode = new Map<ErrorCode, number>()
  events = 0

  add(code: ErrorCode, events: number): void {
    this.requestsByCode.set(code, (this.requestsByCode.get(code) ?? 0) + 1)
    this.events += events
  }
}
