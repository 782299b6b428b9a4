import { chmodSync } from 'node:fs'
import { chown, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  type Disk,
  hasErrorCode,
  ignoreMissing,
  type RandomSource,
  readFully,
  replaceFile,
} from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import { encodeKeyFile, type KeyRecord, parseKeyFile } from './key-record.ts'
import { openOpaqueHash, pepperBytes } from './secret-hash.ts'

/**
 * The folder `keys` of the data directory: `keys.json`, the `pepper` of secrets from elsewhere, a lock.
 *
 * 1. A change is whole or not there, and durable when it returns; changes of several processes come one after the other.
 * 2. Nothing is read that others than its owner may read or write.
 */
export interface KeyFolder {
  readonly path: string
  /** The bytes of the key file; undefined if there is none. KEY_FILE_UNUSABLE */
  readFile(): Promise<Buffer | undefined>
  /** What the bytes of the key file say, and the hash that its secrets from elsewhere need. KEY_FILE_UNUSABLE */
  decode(bytes: Buffer): Promise<KeyContent>
  /** All keys; none if there is no file. KEY_FILE_UNUSABLE */
  read(): Promise<KeyContent>
  /** Replaces all keys by what `change` makes of them. KEY_FILE_UNUSABLE, and what `change` throws */
  change<Change extends { readonly keys: readonly KeyRecord[] }>(
    change: (content: KeyContent) => Change,
    options?: { readonly needsPepper?: boolean },
  ): Promise<Change>
}

export interface KeyContent {
  readonly records: readonly KeyRecord[]
  /** Undefined if there is no pepper. */
  readonly hashOpaque: ((text: string) => string) | undefined
}

const keyFileName = 'keys.json'
const pepperName = 'pepper'
const lockName = 'lock'
const lockWithinMs = 10_000

/** @param path of the folder; it is made with the first change */
export function openKeyFolder(path: string, disk: Disk, random: RandomSource): KeyFolder {
  const keyFile = `${path}/${keyFileName}`
  const pepperFile = `${path}/${pepperName}`

  const readPrivate = async (file: string): Promise<Buffer | undefined> => {
    try {
      await checkMode(path)
      await checkMode(file)
      return await readFully(disk, file)
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return undefined
      throw translate(error, file, 'cannot be read')
    }
  }

  const readFile = (): Promise<Buffer | undefined> => readPrivate(keyFile)

  const readPepper = async (): Promise<Buffer | undefined> => {
    const pepper = await readPrivate(pepperFile)
    if (pepper === undefined || pepper.length === pepperBytes) return pepper
    throw refuse(pepperFile, `must have ${pepperBytes} bytes. Restore it from a copy.`)
  }

  const decode = async (bytes: Buffer): Promise<KeyContent> => {
    const records = parseKeyFile(bytes, keyFile)
    const pepper = await readPepper()
    if (pepper !== undefined) return { records, hashOpaque: openOpaqueHash(pepper) }
    if (records.some(({ secrets }) => secrets.some(({ scheme }) => scheme === 'hmac-sha256'))) {
      throw refuse(pepperFile, 'is missing, and imported keys need it. Restore it from a copy.')
    }
    return { records, hashOpaque: undefined }
  }

  const read = async (): Promise<KeyContent> => {
    const bytes = await readFile()
    return decode(bytes ?? encodeKeyFile([]))
  }

  return {
    ...{ path, readFile, decode, read },
    change: async (change, { needsPepper = false } = {}) => {
      let release = (): void => {}
      try {
        await disk.makeFolder(path)
        await checkMode(path)
        release = lockFolder(path)
        if (needsPepper && (await readPepper()) === undefined) {
          await replaceFile(disk, path, pepperName, random.readBytes(pepperBytes))
        }
        const changed = change(await read())
        await replaceFile(disk, path, keyFileName, encodeKeyFile(changed.keys))
        await giveToServer(path)
        return changed
      } catch (error) {
        throw translate(error, path, 'cannot be changed')
      } finally {
        release()
      }
    },
  }
}

/** Between processes; the kernel ends it with the process. (Like that of the data directory, see `data-dir.ts`.) */
function lockFolder(path: string): () => void {
  const file = `${path}/${lockName}`
  const database = new DatabaseSync(file)
  try {
    database.exec(`PRAGMA busy_timeout = ${lockWithinMs}; BEGIN EXCLUSIVE`)
  } catch (cause) {
    database.close()
    throw refuse(
      path,
      'is being changed by another command that does not come to an end. Look what it does.',
      cause,
    )
  }
  chmodSync(file, 0o600)
  return () => database.close()
}

/** Root may manage the keys of a server that runs as somebody else, who must be able to read them. */
async function giveToServer(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = await stat(dirname(path))
  for (const name of ['', `/${keyFileName}`, `/${pepperName}`, `/${lockName}`]) {
    await chown(path + name, uid, gid).catch(ignoreMissing)
  }
}

/** @throws KEY_FILE_UNUSABLE, ENOENT */
async function checkMode(file: string): Promise<void> {
  // Windows has other rights than these.
  if (process.platform === 'win32') return
  const found = await stat(file)
  const mode = found.mode & 0o777
  if ((mode & 0o077) === 0) return
  const wanted = found.isDirectory() ? '700' : '600'
  throw refuse(
    file,
    `is open to others than its owner (mode ${mode.toString(8)}). See who had access, then: chmod ${wanted} ${file}`,
  )
}

/** What the disk says, in the words of the catalogue; other errors as they are. */
function translate(error: unknown, file: string, fault: string): unknown {
  if (error instanceof HansardError || !(error instanceof Error && 'code' in error)) return error
  const { code } = error
  return refuse(file, `${fault} (${code}). Check path, rights and space.`, error)
}

function refuse(file: string, reason: string, cause?: unknown): HansardError {
  return new HansardError('KEY_FILE_UNUSABLE', `${file} ${reason}`, { facts: { file }, cause })
}
