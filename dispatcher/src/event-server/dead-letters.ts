import { type Disk, type DiskFile, hasErrorCode, writeFully } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import { endTornLine } from '../file/end-torn-line.ts'

/** An event that the server will never take. */
export interface DeadLetter {
  /** ms since 1970 */
  readonly at: number
  readonly code: string | null
  readonly reason: string
  readonly source: string
  readonly sequence: number
  /** The event in its wrapper, as it was sent, with its line feed. */
  readonly line: Buffer
}

/**
 * The file for events that a server refused: JSON lines with `time`, `code`, `reason`, `source`, `sequence`, `topic`,
 * `routingKey` and the `event` as it is. After a crash in between, a line may stand there twice, or half a line. The file
 * may be moved away at any time.
 */
export interface DeadLetterFile {
  readonly path: string
  /** Durable when it returns. LOCAL_FILE_UNUSABLE when the file is full, and errors of the disk. */
  keep(letter: DeadLetter): Promise<void>
}

const fileName = 'dead-letters.jsonl'

export function openDeadLetterFile(disk: Disk, folder: string, bytesMax: number): DeadLetterFile {
  const path = `${folder}/${fileName}`
  /** Where an attempt failed: a sync that failed saves nothing later, so the same bytes are written again. */
  let failedAt: number | undefined

  async function findEnd(file: DiskFile): Promise<number> {
    const size = await file.readSize()
    return failedAt !== undefined && failedAt <= size ? failedAt : endTornLine(file)
  }

  return {
    path,
    keep: async (letter) => {
      const line = encodeLetter(letter)
      const file = await openOrCreate(disk, path)
      try {
        const end = await findEnd(file)
        if (end > 0 && end + line.length > bytesMax) {
          throw new HansardError(
            'LOCAL_FILE_UNUSABLE',
            `${path} has reached its ${bytesMax} bytes. Look why the server refuses so many events, then move the file away.`,
            { facts: { file: path } },
          )
        }
        failedAt = end
        await writeFully(file, [line], end)
        await file.sync()
        failedAt = undefined
      } finally {
        await file.close()
      }
      // Every time: who made the file may have failed before its name was durable.
      await disk.syncFolder(folder)
    },
  }
}

async function openOrCreate(disk: Disk, path: string): Promise<DiskFile> {
  try {
    return await disk.openFile(path, 'write')
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error
    return disk.createFile(path)
  }
}

function encodeLetter({ at, code, reason, source, sequence, line }: DeadLetter): Buffer {
  const facts = JSON.stringify({ time: new Date(at).toISOString(), code, reason, source, sequence })
  // The members of the wrapper follow as they are: nothing of the event is printed again.
  return Buffer.concat([Buffer.from(`${facts.slice(0, -1)},`), line.subarray(1)])
}
