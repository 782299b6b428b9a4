import type { Clock } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import type { Connection } from '../connection.ts'

/** Slowest transfer that is waited for, in bytes a second. */
const bytesPerSecondMin = 256 * 1024

/**
 * Ends every operation that takes longer than `timeoutMs`: a store that hangs is a store that is down. A put may
 * take as long as its bytes on a slow line besides. A get or a list ends only when that long nothing came.
 */
export function withTimeout(connection: Connection, timeoutMs: number, clock: Clock): Connection {
  /**
   * What `run` gives, if it comes in time; else `work` is aborted, and what still comes of it does not count.
   * @param countSteps as long as it counts on, there is time
   */
  async function limit<T>(
    ms: number,
    work: AbortController,
    run: () => Promise<T>,
    countSteps = () => 0,
  ): Promise<T> {
    const timer = new AbortController()
    const late = untilSilent(ms, timer.signal, countSteps).then(() => undefined)
    try {
      const first = await Promise.race([run().then((value) => ({ value })), late])
      if (first !== undefined) return first.value
      const error = new HansardError(
        'CONNECTION_UNREACHABLE',
        `The store did not answer within ${Math.ceil(ms / 1000)} s. Check it, the network, and the connection's \`timeout\`.`,
      )
      work.abort(error)
      throw error
    } finally {
      timer.abort()
    }
  }

  async function untilSilent(ms: number, signal: AbortSignal, countSteps: () => number): Promise<void> {
    let seen: number
    do {
      seen = countSteps()
      await clock.sleep(ms, signal)
    } while (countSteps() > seen && !signal.aborted)
  }

  return {
    put(path, file, signal) {
      const { work, release } = follow(signal)
      const ms = timeoutMs + (file.bytes / bytesPerSecondMin) * 1000
      return limit(ms, work, () => connection.put(path, file, work.signal)).finally(release)
    },
    get(path, signal, onChunk = () => {}) {
      const { work, release } = follow(signal)
      let chunks = 0
      const noteChunk = (): void => {
        chunks++
        onChunk()
      }
      const run = (): Promise<Uint8Array> => connection.get(path, work.signal, noteChunk)
      return limit(timeoutMs, work, run, () => chunks).finally(release)
    },
    async *list(prefix, signal) {
      const { work, release } = follow(signal)
      const files = connection.list(prefix, work.signal)[Symbol.asyncIterator]()
      try {
        for (;;) {
          const next = await limit(timeoutMs, work, () => files.next())
          if (next.done === true) return
          yield next.value
        }
      } finally {
        release()
        // Not waited for: it may be what hangs.
        void files.return?.()?.catch(() => {})
      }
    },
    remove(path, signal) {
      const { work, release } = follow(signal)
      return limit(timeoutMs, work, () => connection.remove(path, work.signal)).finally(release)
    },
    readClockSkewMs: () => connection.readClockSkewMs(),
  }
}

/** A controller that aborts with `signal`, until it is released. */
function follow(signal: AbortSignal | undefined): { work: AbortController; release: () => void } {
  const work = new AbortController()
  const abort = (): void => work.abort(signal?.reason)
  if (signal?.aborted === true) abort()
  signal?.addEventListener('abort', abort, { once: true })
  return { work, release: () => signal?.removeEventListener('abort', abort) }
}
