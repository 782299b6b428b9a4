import { hasErrorCode } from 'hansard-journal'
import { type ErrorCode, HansardError } from 'hansard-protocol'

interface Meaning {
  readonly code: ErrorCode
  readonly advice: string
}

const full = { code: 'CONNECTION_FULL', advice: 'no space is left. Free some, or raise the quota' } as const
const denied = { code: 'CONNECTION_DENIED', advice: 'access is denied. Check owner and mode' } as const

const meanings: Readonly<Record<string, Meaning>> = {
  ENOSPC: full,
  EDQUOT: full,
  EACCES: denied,
  EPERM: denied,
  EROFS: { code: 'CONNECTION_DENIED', advice: 'the file system is read-only. Mount it for writing' },
  ENOTDIR: { code: 'CONNECTION_UNREACHABLE', advice: 'a file stands where a folder is needed. Move it away' },
  EXDEV: {
    code: 'CONNECTION_UNREACHABLE',
    advice: 'a folder below the root is another file system. Make it a connection of its own',
  },
}

/** Translates an error of the disk; `action` says what was tried, e.g. `write /data/events/a`. */
export function makeFilesystemError(error: unknown, action: string): HansardError {
  if (error instanceof HansardError) return error
  const errorCode = readErrorCode(error)
  const { code, advice } = meanings[errorCode] ?? {
    code: 'CONNECTION_UNREACHABLE',
    advice: 'the file system failed. Check that it is mounted and healthy',
  }
  const detail = `Cannot ${action}: ${advice} (${errorCode}).`
  return new HansardError(code, detail, { cause: error, facts: { errorCode } })
}

/** True if there is no file at the path that was asked for. */
export function isMissingFile(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].some((code) => hasErrorCode(error, code))
}

function readErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no code'
}
