import type { BenchServer } from './server-process.ts'

const deliveredWithinMs = 600_000

/** Seconds from now until all events are in published files; whatever is missing then shows in the counts. */
export async function waitUntilDelivered(server: BenchServer, events: number): Promise<number> {
  const startAt = performance.now()
  for (;;) {
    const { delivered } = await server.readCounts()
    const waitedMs = performance.now() - startAt
    if (delivered >= events || waitedMs > deliveredWithinMs) return waitedMs / 1000
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
