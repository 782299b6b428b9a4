import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'

const LF = 0x0a

export interface DeliveredFiles {
  readonly files: number
  readonly lines: number
  /** Bytes of the files as they are stored. */
  readonly bytes: number
}

/** Counts the lines of all data files below a folder; the folders of Hansard itself (`_hansard`) are left out. */
export async function countDelivered(root: string): Promise<DeliveredFiles> {
  let files = 0
  let lines = 0
  let bytes = 0
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || !entry.name.endsWith('.jsonl.gz') || path.includes('/_hansard/')) continue
    files++
    const stored = createReadStream(path)
    for await (const chunk of stored.pipe(createGunzip()) as AsyncIterable<Buffer>) lines += countFeeds(chunk)
    bytes += stored.bytesRead
  }
  return { files, lines, bytes }
}

/** Counts the lines of all files below a folder. */
export async function countLines(root: string): Promise<number> {
  let lines = 0
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const stored = createReadStream(join(entry.parentPath, entry.name)) as AsyncIterable<Buffer>
    for await (const chunk of stored) lines += countFeeds(chunk)
  }
  return lines
}

function countFeeds(chunk: Buffer): number {
  let count = 0
  for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) count++
  return count
}
