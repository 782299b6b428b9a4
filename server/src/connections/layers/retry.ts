import type { Clock, RandomSource } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import { drawBackoffMs } from '../backoff.ts'
import type { Connection } from '../connection.ts'
import { compareBytes } from '../stored-path.ts'

/** Attempts of one operation before whoever asked for it hears of the failure. */
const attemptsMax = 4

/**
 * Tries again what a passing fault of the network or the store has ended, so that one lost answer does not fail a
 * whole epoch. What lasts is the caller's: it tries for ever, and shows it.
 */
export function withRetry(connection: Connection, clock: Clock, random: RandomSource): Connection {
  async function retry<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run()
      } catch (error) {
        await pauseAfter(error, attempt, signal)
      }
    }
  }

  /** @throws the error, if another attempt is not to be made */
  async function pauseAfter(error: unknown, attempt: number, signal: AbortSignal | undefined): Promise<void> {
    if (attempt >= attemptsMax || !isPassing(error)) throw error
    await clock.sleep(drawBackoffMs(attempt, random), signal)
    if (signal?.aborted) throw error
  }

  return {
    put: (path, file, signal) => retry(signal, () => connection.put(path, file, signal)),
    get: (path, signal, onChunk) => retry(signal, () => connection.get(path, signal, onChunk)),
    async *list(prefix, signal) {
      // Begun anew after a fault; what was already given is passed over.
      let last: string | undefined
      for (let attempt = 1; ; attempt++) {
        const known = last
        try {
          for await (const file of connection.list(prefix, signal)) {
            if (known !== undefined && compareBytes(file.path, known) <= 0) continue
            last = file.path
            yield file
          }
          return
        } catch (error) {
          // A long list may meet many faults: only those in a row count.
          if (last !== known) attempt = 1
          await pauseAfter(error, attempt, signal)
        }
      }
    },
    remove: (path, signal) => retry(signal, () => connection.remove(path, signal)),
    readClockSkewMs: () => connection.readClockSkewMs(),
  }
}

function isPassing(error: unknown): boolean {
  return (
    error instanceof HansardError &&
    (error.code === 'CONNECTION_UNREACHABLE' || error.code === 'CONNECTION_BUSY')
  )
}
