import { InvalidArgumentError } from 'commander'
import { readSecret, secretFileMark } from '../../config/read-secret.ts'

/** What `--key` says in the help of the commands that send. */
export const keyOption = [
  '--key <file>',
  'file:/path of the key to send with; none: that in the variable HANSARD_KEY, if it is set',
] as const

/** A key itself is refused: command lines stand in histories and in the list of processes. */
export function parseKeyFile(text: string): string {
  if (text.startsWith(secretFileMark)) return text
  throw new InvalidArgumentError('Give file:/path of the key, or set HANSARD_KEY; never the key itself.')
}

/** The header that presents the key, if there is one. @throws SECRET_UNREADABLE */
export async function readKeyHeaders(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Readonly<Record<string, string>>> {
  const key = file === undefined ? env.HANSARD_KEY : await readSecret(file)
  return key === undefined || key === '' ? {} : { authorization: `Bearer ${key}` }
}
