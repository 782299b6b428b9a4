/**
 * When an epoch ends. Time comes from the journal: the append time of frames, never a clock.
 *
 * An epoch starts at the first frame that holds an event for the destination. It ends
 * 1. before a frame, of any kind, whose append time falls in another flush window than that first frame's;
 * 2. behind a frame that brings its events to `maxBytes` or more;
 * 3. behind a frame that brings it to `partitionsMax` partition folders or more, so memory stays bounded;
 * 4. at a cut or settings frame.
 */
export interface EpochRule {
  readonly everyMs: number
  readonly maxBytes: number
}

/** Partition folders of one epoch; a frame is never divided, so the last one may go beyond. */
export const partitionsMax = 20_000

/** Number of the flush window in which an instant falls. */
export function windowOf(rule: EpochRule, appendedAt: number): number {
  return Math.floor(appendedAt / rule.everyMs)
}

/** True if the epoch ends behind the frame that was added last. */
export function isFull(rule: EpochRule, epoch: { takenBytes: number; partitions: number }): boolean {
  return epoch.takenBytes >= rule.maxBytes || epoch.partitions >= partitionsMax
}

/** True if the epoch that began at `startedAt` has ended before a frame of `appendedAt`. */
export function endsBefore(rule: EpochRule, startedAt: number, appendedAt: number): boolean {
  return windowOf(rule, startedAt) !== windowOf(rule, appendedAt)
}
