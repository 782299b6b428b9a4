import type { FoundFile } from './find-files.ts'
import { familyOf, isRotated } from './find-files.ts'
import { type LogFile, openLogFile } from './log-file.ts'
import type { Stream } from './place-book.ts'
import { matchesPrint, printBytesMax, readHead, startsWithPrint } from './print.ts'

/**
 * Whether a file is one that was read before.
 *
 * A renamed file keeps its inode, and is known by it as long as the bytes are the same: an inode is used again when
 * its file was removed. A copy, compressed or not, has another inode; it is known by its bytes alone. They are
 * compared at the beginning of the file and before the place that was reached.
 */

/** True if the file, which has the inode of the stream, still holds it. */
export async function isStill(found: FoundFile, stream: Stream): Promise<boolean> {
  const { end } = stream.place
  if (end !== null && end.size === found.size && end.mtimeMs === found.mtimeMs) return true
  return withFile(found, (file) => holds(file, found, stream))
}

/**
 * The stream that the file is a copy of. `'unclear'`: perhaps it becomes one, when it is whole; a copy may be looked
 * at while it is made.
 */
export async function findOriginal(
  found: FoundFile,
  streams: readonly Stream[],
  isDistinct: IsDistinct,
): Promise<Stream | 'unclear' | undefined> {
  return withFile(found, async (file) => {
    const head = await readHead(file)
    const alike = streams
      .filter((stream) => stream.head.to === printBytesMax || isDistinct(found.path, stream.path))
      .filter((stream) => startsWithPrint(head, stream.head))
      .toSorted((one, other) => other.place.offset - one.place.offset)
    for (const stream of alike) if (await holds(file, found, stream)) return stream
    return alike.some(({ place }) => isShorter(file, found, place.offset)) ? 'unclear' : undefined
  })
}

/** Whether a file with the same short beginning is a copy, by the paths of the two. */
export type IsDistinct = (path: string, original: string) => boolean

/** Logs of several programs may well begin with the same line; a rotated file of the same log is a copy. */
export function isRotationOf(path: string, original: string): boolean {
  return isRotated(path) && familyOf(path) === familyOf(original)
}

async function holds(file: LogFile, found: FoundFile, { head, place, isOld }: Stream): Promise<boolean> {
  if (isShorter(file, found, place.offset)) return false
  if (!(await matchesPrint(file, head))) return false
  return isOld || place.tail === null || (await matchesPrint(file, place.tail))
}

function isShorter(file: LogFile, found: FoundFile, offset: number): boolean {
  return !file.isCompressed && found.size < offset
}

/** Opens the file that was found; ENOENT if it is not at its path any more. */
export async function withFile<T>(found: FoundFile, work: (file: LogFile) => Promise<T>): Promise<T> {
  const file = await openLogFile(found.path)
  try {
    if (file.inode !== found.inode) throw makeMovedError(found.path)
    return await work(file)
  } finally {
    await file.close()
  }
}

/** What stood at the path when it was looked at is not there any more, as if the path were gone. */
export function makeMovedError(path: string): Error {
  return Object.assign(new Error(`another file stands at ${path} now`), { code: 'ENOENT' })
}
