import { readFile } from 'node:fs/promises'
import { HansardError } from 'hansard-protocol'

/** What starts a secret that stands in a file: `file:/absolute/path`. */
export const secretFileMark = 'file:'

/**
 * The secret of this moment: the setting itself, or the content of its file without the newline at its end. To be
 * called at each use, so that a rotated secret is found without a restart.
 *
 * @throws SECRET_UNREADABLE
 */
export async function readSecret(setting: string): Promise<string> {
  if (!setting.startsWith(secretFileMark)) return setting
  const file = setting.slice(secretFileMark.length)
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const detail = `The secret in the file ${file} cannot be read (${code}). Check path and rights.`
    throw new HansardError('SECRET_UNREADABLE', detail, { cause: error, facts: { file } })
  }
}
