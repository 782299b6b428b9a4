import { makeLaneName, type RandomSource } from 'hansard-journal'
import type { FoundFile } from './find-files.ts'
import { fill, type LogFile } from './log-file.ts'
import type { Stream, StreamPlace } from './place-book.ts'
import { makePrint, type Print, printBytesMax } from './print.ts'

interface StreamOptions {
  readonly input: string
  readonly found: FoundFile
  readonly file: LogFile
  /** The first bytes of the file. They must tell it from others. */
  readonly head: Uint8Array
  readonly random: RandomSource
  /** Everything before this offset is not wanted. */
  readonly from: number
  readonly isOld: boolean
}

/** A stream for a file that is seen for the first time. */
export async function makeStream(options: StreamOptions): Promise<Stream> {
  const { input, found, file, head, random, from, isOld } = options
  const end = isOld ? { size: found.size, mtimeMs: found.mtimeMs } : null
  const place: StreamPlace = { offset: from, tail: await readTail(file, from), end }
  return {
    input,
    id: `${input}/${makeLaneName(random.readBytes(8))}`,
    path: found.path,
    inode: found.inode,
    head: makePrint(head, 0),
    ...{ from, isOld, place },
    durable: place,
  }
}

async function readTail(file: LogFile, offset: number): Promise<Print | null> {
  if (offset === 0) return null
  const bytes = Buffer.alloc(Math.min(offset, printBytesMax))
  const from = offset - bytes.length
  return makePrint(bytes.subarray(0, await fill(file, bytes, from)), from)
}
