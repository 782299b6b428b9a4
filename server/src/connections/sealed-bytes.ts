import { createHash } from 'node:crypto'
import type { SealedFile } from './connection.ts'

/** A finished file that is in memory. */
export function makeSealedBytes(bytes: Uint8Array): SealedFile {
  return {
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async *read() {
      yield bytes
    },
  }
}
