import { type Disk, readFully } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'

/**
 * Where a key comes from: the key itself or, as text, `file:/path` or `${NAME}` for a variable of the environment.
 * Or a function that fetches it.
 */
export type KeySource =
  | string
  | { readonly file: string }
  | { readonly env: string }
  | (() => string | Promise<string>)

/** A key that is read again after the server refused it. */
export class Key {
  readonly #source: KeySource | undefined
  readonly #disk: Disk
  #known: string | undefined

  constructor(source: KeySource | undefined, disk: Disk) {
    this.#source = typeof source === 'string' ? parseKeyText(source) : source
    this.#disk = disk
  }

  /** The header that presents the key. SECRET_UNREADABLE */
  async makeHeaders(): Promise<Record<string, string>> {
    if (this.#source === undefined) return {}
    this.#known ??= await this.#read(this.#source)
    return { authorization: `Bearer ${this.#known}` }
  }

  /** The next request reads the key anew. */
  forget(): void {
    this.#known = undefined
  }

  async #read(source: KeySource): Promise<string> {
    if (typeof source === 'string') return source
    if (typeof source === 'function') return source()
    if ('file' in source) return readSecretFile(this.#disk, source.file)
    const value = process.env[source.env]
    if (value !== undefined && value !== '') return value
    throw new HansardError(
      'SECRET_UNREADABLE',
      `The environment variable ${source.env} with the key is not set.`,
    )
  }
}

function parseKeyText(text: string): KeySource {
  if (text.startsWith('file:')) return { file: text.slice('file:'.length) }
  const variable = /^\$\{([^}]+)\}$/.exec(text)
  return variable === null ? text : { env: variable[1]! }
}

/** The text of a file that holds a secret, without the newline at its end. SECRET_UNREADABLE */
export async function readSecretFile(disk: Disk, path: string): Promise<string> {
  try {
    return (await readFully(disk, path)).toString().replace(/\r?\n$/, '')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new HansardError(
      'SECRET_UNREADABLE',
      `The secret in the file ${path} cannot be read (${code}). Check path and rights.`,
      { cause, facts: { file: path } },
    )
  }
}
