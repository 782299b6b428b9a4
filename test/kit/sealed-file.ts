import { createHash } from 'node:crypto'
import type { SealedFile } from '../../server/src/connections/connection.ts'

/** A finished file with the given content, read in pieces of `pieceBytes`. */
export function makeSealedFile(content: string | Uint8Array, pieceBytes = 1000): SealedFile {
  const bytes = Buffer.from(content)
  return {
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async *read() {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
    },
  }
}
