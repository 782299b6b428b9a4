import { isUtf8 } from 'node:buffer'
import { type Disk, type DiskFile, hasErrorCode, writeFully } from 'hansard-journal'
import { type ErrorCode, HansardError } from 'hansard-protocol'
import { makeStateError } from './state-error.ts'

/** A line that is no event. */
export interface DeadLine {
  /** ms since 1970 */
  readonly at: number
  readonly input: string
  readonly file: string
  /** Where the line begins in the file, in bytes; of a compressed file, in what it holds. */
  readonly offset: number
  readonly bytes: number
  readonly code: ErrorCode
  readonly reason: string
  /** Undefined when the line is longer than any line that is read. */
  readonly line: Uint8Array | undefined
}

/**
 * The file for lines that are no events: JSON lines with what `DeadLine` tells; a `line` that is not UTF-8 stands in
 * `lineBase64`. After a crash a line may stand there twice, after a power cut also a torn one. The file may be moved
 * away at any time.
 */
export interface DeadLetterFile {
  /** Durable when it returns. LOCAL_FILE_UNUSABLE when the file is full or cannot be written. */
  keep(lines: readonly DeadLine[]): Promise<void>
}

const fileName = 'dead-letters.jsonl'
const lineFeed = 0x0a

export function openDeadLetterFile(disk: Disk, folder: string, bytesMax: number): DeadLetterFile {
  const path = `${folder}/${fileName}`
  let turn: Promise<unknown> = Promise.resolve()

  async function append(lines: readonly DeadLine[]): Promise<void> {
    const { file, isNew } = await openOrCreate(disk, path)
    try {
      const size = await file.readSize()
      const isTorn = size > 0 && !(await endsLine(file, size))
      const bytes = Buffer.from((isTorn ? '\n' : '') + lines.map(printLine).join(''))
      if (size > 0 && size + bytes.length > bytesMax) {
        throw new HansardError(
          'LOCAL_FILE_UNUSABLE',
          `${path} has reached its ${bytesMax} bytes. Look why so many lines are malformed, then move the file away.`,
          { facts: { file: path } },
        )
      }
      await writeFully(file, [bytes], size)
      await file.sync()
    } finally {
      await file.close()
    }
    if (isNew) await disk.syncFolder(folder)
  }

  return {
    // Inputs take turns: each writes behind the end that it sees.
    keep: (lines) => {
      const done = turn
        .then(() => append(lines))
        .catch((error: unknown) => {
          throw error instanceof HansardError ? error : makeStateError(path, error)
        })
      turn = done.catch(() => {})
      return done
    },
  }
}

async function endsLine(file: DiskFile, size: number): Promise<boolean> {
  const last = Buffer.alloc(1)
  await file.read(last, 0, 1, size - 1)
  return last[0] === lineFeed
}

async function openOrCreate(disk: Disk, path: string) {
  try {
    return { file: await disk.openFile(path, 'write'), isNew: false }
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error
    return { file: await disk.createFile(path), isNew: true }
  }
}

function printLine({ at, line, ...facts }: DeadLine): string {
  const content =
    line === undefined
      ? {}
      : isUtf8(line)
        ? { line: Buffer.from(line).toString() }
        : { lineBase64: Buffer.from(line).toString('base64') }
  return `${JSON.stringify({ time: new Date(at).toISOString(), ...facts, ...content })}\n`
}
