/**
 * Where finished files are kept. One instance for each configured connection. Paths are relative to it.
 *
 * An operation whose `signal` is aborted ends soon, and may still have happened. Errors: CONNECTION_*; what is
 * worth another attempt at once is CONNECTION_UNREACHABLE or CONNECTION_BUSY.
 */
export interface Connection {
  /**
   * Makes `path` readable whole, or not at all; durable when it returns. Never overwrites.
   * The same bytes twice succeed twice, so a writer may repeat after a crash; other bytes under a taken path
   * end in FILE_CONFLICT.
   */
  put(path: string, file: SealedFile, signal?: AbortSignal): Promise<PutOutcome>
  /** Reads a whole file; `onChunk` hears of each part of it that came over a network. FILE_MISSING. */
  get(path: string, signal?: AbortSignal, onChunk?: () => void): Promise<Uint8Array>
  /** Names every file below the folder `prefix`, in byte order of the path; nothing if it is missing. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredFile>
  /** Removes a file; does nothing when it is missing. */
  remove(path: string, signal?: AbortSignal): Promise<void>
  /** How far the clock of the store is ahead of ours, in ms, by its last answer; undefined if it tells no time. */
  readClockSkewMs(): number | undefined
}

/**
 * `created`: the file is new. `same`: it was there, with these bytes. `uncompared`: a file was there and may not
 * be read, so nobody could compare.
 */
export type PutOutcome = 'created' | 'same' | 'uncompared'

export interface StoredFile {
  readonly path: string
  readonly bytes: number
}

/** A finished file before it is published. */
export interface SealedFile {
  readonly bytes: number
  /** SHA-256 of the bytes, in hex. */
  readonly sha256: string
  /** The bytes in pieces, from the start; may be called again for another attempt. */
  read(): AsyncIterable<Uint8Array>
}
