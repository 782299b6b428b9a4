import type { HansardError } from 'hansard-protocol'
import type { StoredFile } from './connection.ts'

/**
 * What differs between object stores, one operation each. `openObjectConnection` makes a connection of it.
 * Keys are whole: the connection's prefix is part of them. Errors are those of the SDK; `translate` turns them
 * into the catalogue's.
 */
export interface ObjectStore {
  /** Objects up to this size go in one request; larger ones in pieces of this size, or larger if too many. */
  readonly pieceBytes: number
  readonly piecesMax: number
  /** False if the key is taken and the store was asked not to overwrite. */
  putWhole(key: string, bytes: Buffer, signal: AbortSignal): Promise<boolean>
  /**
   * As `putWhole`, in several requests; the object appears with the last one, or not at all. When `pieces`
   * throws, what was uploaded is given up and the error goes on.
   */
  putInPieces(key: string, upload: PiecewiseUpload, signal: AbortSignal): Promise<boolean>
  /** Undefined if there is no such object. */
  read(key: string, signal: AbortSignal): Promise<ObjectContent | undefined>
  /** Objects whose key starts with `prefix`, with whole keys as their paths, in byte order. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<StoredFile>
  /** Does nothing when there is no such object. */
  remove(key: string, signal: AbortSignal): Promise<void>
  /** As of the last answer that told a time. */
  readonly clockSkewMs: number | undefined
  /** `action` says what was tried, e.g. `write s3://audit/a.gz`. */
  translate(error: unknown, action: string): HansardError
  /** How people write the key, e.g. `s3://audit/a.gz`. */
  format(key: string): string
}

export interface PiecewiseUpload {
  readonly bytes: number
  /** SHA-256 of the whole object, in hex. */
  readonly sha256: string
  /** All but the last one have this size. */
  readonly pieceBytes: number
  /**
   * Must be read in order; the memory of a piece is used again for the next one. May be called again, from the
   * start.
   */
  read(): AsyncIterable<Buffer>
}

export interface ObjectContent {
  readonly bytes: number
  /** Must be read to its end or ended by `return`. */
  readonly chunks: AsyncIterable<Uint8Array>
}
