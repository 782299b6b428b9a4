import { HansardError } from 'hansard-protocol'
import type { LedgerState } from './ledger.ts'
import type { ProducerState } from './producer-book.ts'
import type { StoredReceipt } from './receipt-book.ts'

/**
 * A snapshot of the ledger, JSON on disk.
 *
 * Format 2 knows, of each producer, its address, the name of its node and since when gaps are open. Format 1 did
 * not: what it holds is read with `null` for the names, and gaps count as open since the producer was last seen.
 */
export interface LedgerSnapshot {
  readonly lane: string
  readonly state: LedgerState
  /** Receipts that came after the snapshot before this one. */
  readonly receipts: readonly StoredReceipt[]
}

const format = 'hansard-ledger-2'
const format1 = 'hansard-ledger-1'

type SnapshotOnDisk =
  | (LedgerSnapshot & { readonly format: typeof format })
  | (Omit<LedgerSnapshot, 'state'> & { readonly format: typeof format1; readonly state: LedgerState1 })

type LedgerState1 = Omit<LedgerState, 'producers'> & {
  readonly producers: readonly (readonly [string, ProducerState1])[]
}

interface ProducerState1 {
  readonly next: number
  readonly gaps: readonly (readonly [first: number, count: number])[]
  readonly lastSeenAt: number
}

export function encodeLedgerSnapshot(snapshot: LedgerSnapshot): Buffer {
  return Buffer.from(JSON.stringify({ format, ...snapshot }))
}

/** @throws JOURNAL_FORMAT_UNKNOWN */
export function decodeLedgerSnapshot(bytes: Buffer, path: string): LedgerSnapshot {
  const found = JSON.parse(bytes.toString('utf8')) as SnapshotOnDisk
  if (found.format === format) return found
  if (found.format === format1) return { ...found, state: upgradeState(found.state) }
  throw new HansardError(
    'JOURNAL_FORMAT_UNKNOWN',
    `${path} has a format that this version does not read. Start the version that wrote it, or a newer one.`,
  )
}

function upgradeState(state: LedgerState1): LedgerState {
  const producers = state.producers.map(([source, { next, gaps, lastSeenAt }]): [string, ProducerState] => [
    source,
    {
      next,
      gaps: gaps.map(([first, count]) => [first, count, lastSeenAt]),
      lastSeenAt,
      address: null,
      node: null,
    },
  ])
  return { ...state, producers }
}
