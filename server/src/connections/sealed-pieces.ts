import { createHash } from 'node:crypto'
import { HansardError } from 'hansard-protocol'
import type { SealedFile } from './connection.ts'
import { checkSealed } from './stored-path.ts'

/** Bytes of the sealed file. Its own failures are not those of the connection. */
export async function* readSealed(path: string, file: SealedFile): AsyncIterable<Uint8Array> {
  try {
    yield* file.read()
  } catch (error) {
    if (error instanceof HansardError) throw error
    const detail = `The finished file for ${JSON.stringify(path)} cannot be read back. Check the disk of the data directory.`
    throw new HansardError('INTERNAL', detail, { cause: error, facts: { path } })
  }
}

/**
 * The sealed file in pieces of `pieceBytes`, the last one shorter; one piece without bytes if it is empty. The
 * last piece comes only if all bytes are the sealed ones. The memory of a piece is used again for the next one.
 */
export async function* readPieces(path: string, file: SealedFile, pieceBytes: number): AsyncIterable<Buffer> {
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, file.bytes))
  const hash = createHash('sha256')
  let filled = 0
  let total = 0
  for await (let chunk of readSealed(path, file)) {
    total += chunk.length
    // Too long: the check at the end tells.
    if (total > file.bytes) break
    hash.update(chunk)
    while (chunk.length > 0) {
      // A full piece waits for one byte more, so that the last one is not given away unchecked.
      if (filled === piece.length) {
        yield piece
        filled = 0
      }
      const count = Math.min(piece.length - filled, chunk.length)
      piece.set(chunk.subarray(0, count), filled)
      filled += count
      chunk = chunk.subarray(count)
    }
  }
  checkSealed(path, file, total, hash.digest('hex'))
  yield piece.subarray(0, filled)
}
