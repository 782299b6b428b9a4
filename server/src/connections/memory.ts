import { createHash } from 'node:crypto'
import { HansardError } from 'hansard-protocol'
import type { Connection } from './connection.ts'
import { checkSealed, checkStoredPath, compareBytes, makeConflict } from './stored-path.ts'

/** Keeps files in memory, for tests. What it holds is gone with the process. */
export function openMemoryConnection(): Connection {
  const files = new Map<string, Uint8Array>()
  return {
    async put(path, file) {
      checkStoredPath(path)
      const chunks: Uint8Array[] = []
      for await (const chunk of file.read()) chunks.push(Uint8Array.from(chunk))
      const bytes = Buffer.concat(chunks)
      checkSealed(path, file, bytes.length, createHash('sha256').update(bytes).digest('hex'))
      const existing = files.get(path)
      if (existing !== undefined && !bytes.equals(existing)) throw makeConflict(path)
      if (existing !== undefined) return 'same'
      files.set(path, bytes)
      return 'created'
    },

    async get(path) {
      checkStoredPath(path)
      const bytes = files.get(path)
      if (bytes === undefined) {
        throw new HansardError('FILE_MISSING', `There is no file ${JSON.stringify(path)}.`, {
          facts: { path },
        })
      }
      return Uint8Array.from(bytes)
    },

    async *list(prefix) {
      if (prefix !== '') checkStoredPath(prefix)
      const paths = [...files.keys()].filter((path) => prefix === '' || path.startsWith(`${prefix}/`))
      for (const path of paths.sort(compareBytes)) {
        const bytes = files.get(path)
        if (bytes !== undefined) yield { path, bytes: bytes.length }
      }
    },

    async remove(path) {
      checkStoredPath(path)
      files.delete(path)
    },

    readClockSkewMs: () => undefined,
  }
}
