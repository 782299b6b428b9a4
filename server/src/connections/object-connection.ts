import { createHash } from 'node:crypto'
import { HansardError } from 'hansard-protocol'
import type { Connection, PutOutcome, SealedFile, StoredFile } from './connection.ts'
import type { ObjectContent, ObjectStore } from './object-store.ts'
import { readPieces } from './sealed-pieces.ts'
import { checkStoredPath, makeConflict } from './stored-path.ts'
import { Turns } from './turns.ts'

export interface ObjectConnectionOptions {
  /** In front of every path; `/` at its ends does not count. */
  readonly prefix: string
  /**
   * False for a store that cannot be asked not to overwrite: then put looks first. Two processes that write
   * different bytes under one name in the same instant are then not told apart.
   */
  readonly conditionalWrites: boolean
  /** Opens the store with the credentials of this moment. */
  openStore(): Promise<ObjectStore>
}

/**
 * A connection to an object store: create-only, compared by content, the same for every store.
 *
 * Who is denied forgets the store: the next attempt opens it anew and reads the credentials again, so one that
 * expired or was rotated heals by itself.
 */
export function openObjectConnection(options: ObjectConnectionOptions): Connection {
  const { conditionalWrites } = options
  const prefix = options.prefix
    .split('/')
    .filter((name) => name !== '')
    .join('/')
  const turns = new Turns()
  let opened: Promise<ObjectStore> | undefined
  let clockSkewMs: number | undefined

  const makeKey = (path: string): string => {
    checkStoredPath(path)
    return prefix === '' ? path : `${prefix}/${path}`
  }

  /** Runs one operation on the store of this moment. */
  async function use<T>(verb: string, key: string, work: (store: ObjectStore) => Promise<T>): Promise<T> {
    opened ??= options.openStore()
    const opening = opened
    const forget = (): void => {
      if (opened === opening) opened = undefined
    }
    const store = await opening.catch((error: unknown) => {
      forget()
      throw error
    })
    try {
      return await work(store)
    } catch (error) {
      const translated = translate(store, error, `${verb} ${store.format(key)}`)
      if (translated.code === 'CONNECTION_DENIED') forget()
      throw translated
    } finally {
      clockSkewMs = store.clockSkewMs ?? clockSkewMs
    }
  }

  /**
   * Undefined if there is no object.
   * @throws FILE_CONFLICT
   */
  async function compare(
    store: ObjectStore,
    key: string,
    path: string,
    file: SealedFile,
    signal: AbortSignal,
  ): Promise<Exclude<PutOutcome, 'created'> | undefined> {
    try {
      const content = await store.read(key, signal)
      if (content === undefined) return undefined
      const hash = createHash('sha256')
      await readContent(store, key, content, (chunk) => {
        // Nobody needs to read the rest of it.
        if (content.bytes !== file.bytes) throw makeConflict(path)
        hash.update(chunk)
      })
      if (content.bytes === file.bytes && hash.digest('hex') === file.sha256) return 'same'
    } catch (error) {
      const translated = translate(store, error, `read ${store.format(key)}`)
      // Whoever may only write must be able to write; but without conditional writes there is nothing but looking.
      if (conditionalWrites && translated.code === 'CONNECTION_DENIED') return 'uncompared'
      throw translated
    }
    throw makeConflict(path)
  }

  /** False if the key is taken. Holds one piece of the file in memory. */
  async function write(
    store: ObjectStore,
    key: string,
    path: string,
    file: SealedFile,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (file.bytes > store.pieceBytes) {
      const pieceBytes = Math.max(store.pieceBytes, Math.ceil(file.bytes / store.piecesMax))
      const read = (): AsyncIterable<Buffer> => readPieces(path, file, pieceBytes)
      return store.putInPieces(key, { bytes: file.bytes, sha256: file.sha256, pieceBytes, read }, signal)
    }
    let whole: Buffer = Buffer.alloc(0)
    for await (const piece of readPieces(path, file, store.pieceBytes)) whole = piece
    return store.putWhole(key, whole, signal)
  }

  async function put(
    store: ObjectStore,
    key: string,
    path: string,
    file: SealedFile,
    signal: AbortSignal,
  ): Promise<PutOutcome> {
    // Looking first saves sending a large file again, and helps where the last request of several is not
    // conditional.
    const looksFirst = !conditionalWrites || file.bytes > store.pieceBytes
    let found = looksFirst ? await compare(store, key, path, file, signal) : undefined
    while (found !== 'same') {
      if (await write(store, key, path, file, signal)) return 'created'
      const before = found
      found = await compare(store, key, path, file, signal)
      if (found === undefined)
        throw makeUnreachable(`${store.format(key)} was there and is gone again. ${whoRemoves}`)
      // Denied to read twice, and not to write in between: it is no secret that just expired.
      if (found === 'uncompared' && before === found) return found
    }
    return found
  }

  return {
    async put(path, file, signal = neverAborted) {
      const key = makeKey(path)
      const work = (): Promise<PutOutcome> =>
        use('write', key, (store) => put(store, key, path, file, signal))
      // Without conditions of the store, at least the writers of this process must not come between look and write.
      return conditionalWrites ? work() : turns.run(key, work)
    },

    async get(path, signal = neverAborted, onChunk = () => {}) {
      const key = makeKey(path)
      return use('read', key, async (store) => {
        const content = await store.read(key, signal)
        if (content === undefined) {
          throw new HansardError('FILE_MISSING', `There is no file ${store.format(key)}.`, {
            facts: { path },
          })
        }
        const chunks: Uint8Array[] = []
        await readContent(store, key, content, (chunk) => {
          chunks.push(chunk)
          onChunk()
        })
        return Buffer.concat(chunks)
      })
    },

    async *list(folder, signal = neverAborted) {
      const key = folder === '' ? prefix : makeKey(folder)
      const start = key === '' ? '' : `${key}/`
      const cut = prefix === '' ? 0 : prefix.length + 1
      let found: AsyncIterator<StoredFile> | undefined
      try {
        for (;;) {
          const next = await use('list', start, (store) => {
            found ??= store.list(start, signal)[Symbol.asyncIterator]()
            return found.next()
          })
          if (next.done === true) return
          const { path, bytes } = next.value
          // Some tools put an object without bytes for a folder.
          if (!path.endsWith('/')) yield { path: path.slice(cut), bytes }
        }
      } finally {
        await found?.return?.()
      }
    },

    async remove(path, signal = neverAborted) {
      const key = makeKey(path)
      return use('remove', key, (store) => store.remove(key, signal))
    },

    readClockSkewMs: () => clockSkewMs,
  }
}

const neverAborted = new AbortController().signal
const whoRemoves = 'Find out who removes files there.'

/** @throws CONNECTION_UNREACHABLE if fewer bytes come than the store said */
async function readContent(
  store: ObjectStore,
  key: string,
  content: ObjectContent,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  let bytes = 0
  for await (const chunk of content.chunks) {
    take(chunk)
    bytes += chunk.length
  }
  if (bytes === content.bytes) return
  throw makeUnreachable(`${store.format(key)} ended after ${bytes} of ${content.bytes} bytes.`)
}

function translate(store: ObjectStore, error: unknown, action: string): HansardError {
  return error instanceof HansardError ? error : store.translate(error, action)
}

function makeUnreachable(detail: string): HansardError {
  return new HansardError('CONNECTION_UNREACHABLE', detail)
}
