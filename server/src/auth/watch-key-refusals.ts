import type { Clock } from 'hansard-journal'
import type { KeyGate, KeyRefusal } from './key-gate.ts'

/** What was refused since the report before. */
export interface KeyRefusalReport {
  readonly refused: Partial<Record<KeyRefusal, number>>
  /** Of the last one. */
  readonly address: string | undefined
  /** Of the last one, where its key is known. */
  readonly key: string | undefined
}

const lookEveryMs = 1_000
const reportEveryMs = 60_000

/**
 * Reports refused keys in sums: the first one soon, then once a minute. Whoever tries keys must not fill the log.
 * Ends when `signal` is aborted.
 */
export async function watchKeyRefusals(
  gate: KeyGate,
  clock: Clock,
  signal: AbortSignal,
  report: (report: KeyRefusalReport) => void,
): Promise<void> {
  let before = new Map(gate.refusals)
  let reportedAt = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    await clock.sleep(lookEveryMs, signal)
    const now = clock.readNow()
    if (Math.abs(now - reportedAt) < reportEveryMs && !signal.aborted) continue
    const refused = Object.fromEntries(
      Array.from(
        gate.refusals,
        ([refusal, count]) => [refusal, count - before.get(refusal)!] as const,
      ).filter(([, count]) => count > 0),
    )
    if (Object.keys(refused).length === 0) continue
    report({ refused, address: gate.lastRefusedAddress, key: gate.lastRefusedKey })
    before = new Map(gate.refusals)
    reportedAt = now
  }
}
