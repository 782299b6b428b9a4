/** Where finished files are kept. One instance for each configured connection. Paths are relative to it. */
export interface Connection {
  /**
   * Makes `path` readable whole, or not at all; durable when it returns. Never overwrites.
   * The same bytes twice succeed twice, so a writer may repeat after a crash; other bytes under a taken path
   * end in FILE_CONFLICT.
   */
  put(path: string, file: SealedFile): Promise<void>
  /** Reads a whole file. FILE_MISSING. */
  get(path: string): Promise<Uint8Array>
  /** Names every file below the folder `prefix`, in byte order of the path; nothing if it is missing. */
  list(prefix: string): AsyncIterable<StoredFile>
  /** Removes a file; does nothing when it is missing. */
  remove(path: string): Promise<void>
}

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
