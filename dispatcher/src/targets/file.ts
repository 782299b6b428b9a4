import { whenAborted } from '../bell.ts'
import type { AuditEvent } from '../events.ts'
import { makeLogLine } from '../file/log-line.ts'
import { LogWriter } from '../file/log-writer.ts'
import type { FileOptions } from '../options.ts'
import type { FileStats } from '../stats.ts'
import type { Offer, Target, TargetSettings } from './target.ts'

/**
 * Writes events to a local log file, in the documented format. There is no spool: what is in memory when the process
 * dies is lost, and what was not synced when the machine dies. A place is not looked at.
 */
export function openFileTarget(options: FileOptions, settings: TargetSettings): Target {
  const { name, doors, observe } = settings
  const counts = { accepted: 0, repeated: 0, full: 0 }
  const writer = new LogWriter(options, name, doors, observe)
  return {
    name,
    topics: options.topics ?? 'all',
    routingKeys: options.routingKeys ?? 'all',
    offer(event: AuditEvent): Offer {
      const line = makeLogLine(event, doors.clock.readNow())
      const offer = writer.offer(line) ? 'accepted' : 'full'
      counts[offer]++
      return offer
    },
    whenDurable: () => writer.whenWritten(),
    whenArrived: () => writer.whenWritten(),
    async close(deadline) {
      await Promise.race([writer.whenWritten().catch(() => {}), whenAborted(deadline)])
      const lost = await writer.close()
      if (lost > 0) observe({ kind: 'dropped', target: name, events: lost })
    },
    readStats: (): FileStats => ({
      type: 'file',
      state: writer.state,
      ...counts,
      inMemory: writer.inMemory,
      inMemoryBytes: writer.inMemoryBytes,
      written: writer.written,
      writtenBytes: writer.writtenBytes,
      rotations: writer.rotations,
      trouble: writer.trouble,
    }),
  }
}
