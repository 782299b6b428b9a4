import type { Clock } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import type { Connection } from '../connection.ts'

export type Operation = 'put' | 'get' | 'list' | 'remove'

/** What was done on a connection since the start, by operation and result. Plain JSON. */
export interface ConnectionUsage {
  readonly operation: Operation
  /** `ok`, or the code of the error. */
  readonly result: string
  readonly count: number
  readonly seconds: number
  /** Bytes of the files that a `put` created or a `get` brought. */
  readonly bytes: number
}

/** Sums up what is done on the connections of one name, also when they are opened anew. */
export class ConnectionMeter {
  readonly #usages = new Map<string, ConnectionUsage>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get usages(): readonly ConnectionUsage[] {
    return [...this.#usages.values()]
  }

  /** The connection, with every attempt counted. */
  watch(connection: Connection): Connection {
    return {
      put: (path, file, signal) =>
        this.#count(
          'put',
          (outcome) => (outcome === 'created' ? file.bytes : 0),
          () => connection.put(path, file, signal),
        ),
      get: (path, signal, onChunk) =>
        this.#count(
          'get',
          (bytes) => bytes.length,
          () => connection.get(path, signal, onChunk),
        ),
      list: (prefix, signal) => this.#watchList(connection.list(prefix, signal)),
      remove: (path, signal) =>
        this.#count(
          'remove',
          () => 0,
          () => connection.remove(path, signal),
        ),
      readClockSkewMs: () => connection.readClockSkewMs(),
    }
  }

  /** Also counts a list whose reader had enough. */
  async *#watchList<T>(files: AsyncIterable<T>): AsyncIterable<T> {
    const startedAt = this.#clock.readNow()
    let result = 'ok'
    try {
      yield* files
    } catch (error) {
      result = nameResult(error)
      throw error
    } finally {
      this.#add('list', result, startedAt, 0)
    }
  }

  async #count<T>(operation: Operation, measure: (value: T) => number, run: () => Promise<T>): Promise<T> {
    const startedAt = this.#clock.readNow()
    try {
      const value = await run()
      this.#add(operation, 'ok', startedAt, measure(value))
      return value
    } catch (error) {
      this.#add(operation, nameResult(error), startedAt, 0)
      throw error
    }
  }

  #add(operation: Operation, result: string, startedAt: number, bytes: number): void {
    const key = `${operation} ${result}`
    const before = this.#usages.get(key) ?? { count: 0, seconds: 0, bytes: 0 }
    this.#usages.set(key, {
      operation,
      result,
      count: before.count + 1,
      seconds: before.seconds + Math.max(0, this.#clock.readNow() - startedAt) / 1000,
      bytes: before.bytes + bytes,
    })
  }
}

function nameResult(error: unknown): string {
  return error instanceof HansardError ? error.code : 'INTERNAL'
}
