import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { openNodeDisk } from 'hansard-journal'
import type { Connection } from '../../server/src/connections/connection.ts'
import { openFilesystemConnection } from '../../server/src/connections/filesystem.ts'

export interface DeliveredFile {
  readonly path: string
  /** Lines of the uncompressed content, without their line breaks. */
  readonly lines: readonly string[]
}

export interface Delivered {
  /** Data files in byte order of the path. */
  readonly files: readonly DeliveredFile[]
  /** Lines of all data files, in the order of `files`. */
  readonly lines: readonly string[]
  /** JSON files below `_hansard` folders, parsed, by path. */
  readonly manifests: ReadonlyMap<string, unknown>
}

/** Reads all that was delivered into a connection, or into the root folder of a filesystem connection. */
export async function readDelivered(from: Connection | string): Promise<Delivered> {
  const connection =
    typeof from === 'string' ? openFilesystemConnection({ root: from, disk: openNodeDisk() }) : from
  const files: DeliveredFile[] = []
  const manifests = new Map<string, unknown>()
  for await (const { path } of connection.list('')) {
    const bytes = Buffer.from(await connection.get(path))
    if (path.startsWith('_hansard/') || path.includes('/_hansard/')) {
      if (path.endsWith('.json')) manifests.set(path, JSON.parse(bytes.toString()))
    } else {
      files.push({ path, lines: splitLines(decompress(path, bytes), path) })
    }
  }
  return { files, lines: files.flatMap(({ lines }) => lines), manifests }
}

function decompress(path: string, bytes: Buffer): Buffer {
  if (path.endsWith('.jsonl.gz')) return gunzipSync(bytes)
  if (path.endsWith('.jsonl.zst')) return decompressFrames(bytes)
  if (path.endsWith('.jsonl')) return bytes
  throw new Error(`${path} is not a data file`)
}

/** All frames of a zstd file: Node's own function stops behind the first, without a word. */
function decompressFrames(bytes: Buffer): Buffer {
  const contents: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const { buffer, engine } = zstdDecompressSync(bytes.subarray(at), { info: true }) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    contents.push(buffer)
    at += engine.bytesWritten
  }
  return Buffer.concat(contents)
}

function splitLines(content: Buffer, path: string): string[] {
  const lines = content.toString().split('\n')
  if (lines.pop() !== '') throw new Error(`${path} does not end with a line break`)
  return lines
}
