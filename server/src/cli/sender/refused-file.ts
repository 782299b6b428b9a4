import { isUtf8 } from 'node:buffer'
import { type FileHandle, open } from 'node:fs/promises'
import { HansardError } from 'hansard-protocol'
import type { RefusedLine } from './send-lines.ts'

/**
 * A file that keeps refused events, one JSON object a line: `file`, `lineNumber`, `code`, `reason` and the line
 * as `text`, or as `base64` when it is not UTF-8. After a crash in between a line may stand there twice.
 */
export interface RefusedFile {
  /** Durable when it returns. */
  keep(input: string, line: RefusedLine): Promise<void>
  close(): Promise<void>
}

/** Opens the file to add to it; makes it only when something is refused. */
export function openRefusedFile(path: string): RefusedFile {
  let opening: Promise<FileHandle> | undefined
  return {
    keep: async (input, { lineNumber, code, reason, bytes }) => {
      opening ??= open(path, 'a', 0o600)
      try {
        const file = await opening
        const record = { file: input, lineNumber, code, reason, ...encodeLine(bytes) }
        await file.appendFile(`${JSON.stringify(record)}\n`)
        await file.datasync()
      } catch (cause) {
        const words = cause instanceof Error ? cause.message : String(cause)
        throw new HansardError(
          'LOCAL_FILE_UNUSABLE',
          `Refused events cannot be written to ${path}: ${words}.`,
          { cause },
        )
      }
    },
    close: async () => {
      const file = await opening?.catch(() => undefined)
      await file?.close()
    },
  }
}

function encodeLine(bytes: Uint8Array | undefined): { text?: string; base64?: string } {
  if (bytes === undefined) return {}
  const line = Buffer.from(bytes)
  return isUtf8(line) ? { text: line.toString() } : { base64: line.toString('base64') }
}
