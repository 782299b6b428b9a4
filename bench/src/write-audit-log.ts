import { open } from 'node:fs/promises'
import { makeBenchEvent, openBenchRandom } from './bench-event.ts'

const linesPerWrite = 4_096

/** Writes a log in the documented format, of at least `bytes` bytes. Resolves to the number of its lines. */
export async function writeAuditLog(path: string, bytes: number): Promise<{ lines: number; bytes: number }> {
  const random = openBenchRandom(1)
  const startAt = Date.UTC(2026, 2, 17, 19)
  let lines = 0
  let written = 0
  const file = await open(path, 'w')
  try {
    while (written < bytes) {
      let text = ''
      for (let count = 0; count < linesPerWrite; count++) {
        text += makeAuditLine(makeBenchEvent(random), startAt + lines++, random.nextInteger(4_000))
      }
      written += (await file.write(text)).bytesWritten
    }
  } finally {
    await file.close()
  }
  return { lines, bytes: written }
}

function makeAuditLine(event: string, at: number, callTime: number): string {
  return (
    `{"severity":"INFO","logger":"dku.audit.generic","topic":"generic","message":${event},` +
    `"mdc":{"apiCall":"/api/projects","user":"alice.martin"},"callTime":${callTime},` +
    `"timestamp":"${new Date(at).toISOString().slice(0, -1)}+0000"}\n`
  )
}
