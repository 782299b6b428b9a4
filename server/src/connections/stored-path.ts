import { HansardError } from 'hansard-protocol'
import type { SealedFile } from './connection.ts'

/** Folder at the root of a filesystem connection in which files stand until they are whole. */
export const temporaryFolderName = '.hansard-tmp'

const forbidden = /[\\\0]/

/**
 * Checks a path within a connection: names joined by `/`, none of them empty, `.` or `..`.
 * @throws CONNECTION_DENIED if it leaves the connection or enters its temporary folder
 */
export function checkStoredPath(path: string): void {
  const names = path.split('/')
  const fault = names.some((name) => name === '' || name === '.' || name === '..')
    ? 'has an empty name, "." or ".." in it'
    : forbidden.test(path)
      ? 'holds a backslash or a zero byte'
      : names[0] === temporaryFolderName
        ? `lies in ${temporaryFolderName}, which is for unfinished files`
        : undefined
  if (fault === undefined) return
  throw new HansardError('CONNECTION_DENIED', `The path ${JSON.stringify(path)} ${fault}.`, {
    facts: { path },
  })
}

/** Byte order of UTF-8, in which every connection lists its paths. */
export function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}

/** The alarm for other bytes under a taken path. */
export function makeConflict(path: string): HansardError {
  return new HansardError(
    'FILE_CONFLICT',
    `The file ${JSON.stringify(path)} exists with other content and was left as it is. Find out who wrote it; move it away to let Hansard write its own.`,
    { facts: { path } },
  )
}

/** @throws INTERNAL if the bytes that were read are not the ones that were sealed */
export function checkSealed(path: string, file: SealedFile, bytes: number, sha256: string): void {
  if (bytes === file.bytes && sha256 === file.sha256) return
  throw new HansardError(
    'INTERNAL',
    `The bytes for ${JSON.stringify(path)} are not the ones that were sealed; nothing was published. Check the disk of the data directory.`,
    { facts: { path, bytes, sealedBytes: file.bytes } },
  )
}
