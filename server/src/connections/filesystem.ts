import { createHash } from 'node:crypto'
import {
  type Disk,
  hasErrorCode,
  ignoreMissing,
  type RandomSource,
  readFully,
  systemRandom,
  writeFully,
} from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import type { Connection, PutOutcome, SealedFile } from './connection.ts'
import { DurableFolders, folderOf } from './durable-folders.ts'
import { isMissingFile, makeFilesystemError } from './filesystem-error.ts'
import { listFiles } from './list-files.ts'
import { readSealed } from './sealed-pieces.ts'
import { checkSealed, checkStoredPath, makeConflict, temporaryFolderName } from './stored-path.ts'

export interface FilesystemOptions {
  /** Folder below which all files stand; made when it is missing. Symbolic links are followed. */
  readonly root: string
  readonly disk: Disk
  readonly random?: RandomSource
  /**
   * Name of this writer's own folder for unfinished files. What a crash left there is removed before the first
   * `put`, so two writers that live at the same time should have two names.
   */
  readonly temporaryName?: string
}

/**
 * Keeps files in a folder of a file system.
 *
 * A file is written under `.hansard-tmp/<temporaryName>/`, synced, and only then gets its final name by a hard
 * link, which fails when the name is taken. So readers see whole files or none, and nothing is overwritten.
 * `put` returns after the final folder and every folder above it are synced too.
 *
 * A file system without hard links gets "look, then rename" instead: still whole or nothing, still durable. But
 * if two processes publish different bytes under one name in the same instant, the later one wins.
 */
export function openFilesystemConnection(options: FilesystemOptions): Connection {
  const { disk, random = systemRandom } = options
  const root = options.root.replace(/(?<=.)\/+$/, '')
  const temporaryFolder = `${root}/${temporaryFolderName}/${options.temporaryName ?? 'writer'}`
  const folders = new DurableFolders(disk, root)
  let swept: Promise<void> | undefined
  /** Ends when the last "look, then rename" of this process has ended: they run one by one. */
  let lastRename: Promise<unknown> = Promise.resolve()

  const sweep = async (): Promise<void> => {
    await disk.makeFolder(temporaryFolder)
    for (const { name } of await disk.listFolder(temporaryFolder)) {
      await disk.removeFile(`${temporaryFolder}/${name}`).catch(ignoreMissing)
    }
  }

  /** Sweeps once. No `put` writes before that has ended well, so no file on its way is swept. */
  const sweepOnce = (): Promise<void> => {
    swept ??= sweep().catch((error: unknown) => {
      swept = undefined
      throw error
    })
    return swept
  }

  const writeTemporary = async (path: string, sealed: SealedFile): Promise<string> => {
    const temporary = `${temporaryFolder}/${Buffer.from(random.readBytes(12)).toString('hex')}`
    const file = await disk.createFile(temporary).catch(async (error: unknown) => {
      if (!hasErrorCode(error, 'ENOENT')) throw error
      await disk.makeFolder(temporaryFolder)
      return disk.createFile(temporary)
    })
    try {
      const hash = createHash('sha256')
      let written = 0
      for await (const chunk of readSealed(path, sealed)) {
        hash.update(chunk)
        written += await writeFully(file, [chunk], written)
      }
      checkSealed(path, sealed, written, hash.digest('hex'))
      await file.sync()
      await file.close()
      return temporary
    } catch (error) {
      await file.close().catch(ignoreAll)
      await disk.removeFile(temporary).catch(ignoreAll)
      throw error
    }
  }

  /**
   * False if there is no file; true if it is the same file. Synced in that case: whoever wrote it may have died
   * before the sync.
   * @throws FILE_CONFLICT
   */
  const confirmExisting = async (path: string, sealed: SealedFile): Promise<boolean> => {
    const file = await disk.openFile(`${root}/${path}`, 'read').catch((error: unknown) => {
      if (hasErrorCode(error, 'ENOENT')) return undefined
      throw error
    })
    if (file === undefined) return false
    try {
      if ((await file.readSize()) !== sealed.bytes) throw makeConflict(path)
      const hash = createHash('sha256')
      const piece = Buffer.allocUnsafe(256 * 1024)
      for (let at = 0; at < sealed.bytes; ) {
        const count = await file.read(piece, 0, piece.length, at)
        if (count === 0) break
        hash.update(piece.subarray(0, count))
        at += count
      }
      if (hash.digest('hex') !== sealed.sha256) throw makeConflict(path)
      await file.sync()
      return true
    } finally {
      await file.close()
    }
  }

  const renameIfFree = (temporary: string, path: string, sealed: SealedFile): Promise<PutOutcome> => {
    const work = lastRename.then(async (): Promise<PutOutcome> => {
      if (await confirmExisting(path, sealed)) return 'same'
      await disk.renameFile(temporary, `${root}/${path}`)
      return 'created'
    })
    lastRename = work.catch(ignoreAll)
    return work
  }

  const publish = async (temporary: string, path: string, sealed: SealedFile): Promise<PutOutcome> => {
    try {
      await disk.linkFile(temporary, `${root}/${path}`)
      return 'created'
    } catch (error) {
      if (hasErrorCode(error, 'EEXIST')) {
        // Gone again between the two calls: let the writer repeat.
        if (await confirmExisting(path, sealed)) return 'same'
      } else if (hardLinkRefusals.some((code) => hasErrorCode(error, code))) {
        return renameIfFree(temporary, path, sealed)
      }
      throw error
    }
  }

  const write = async (path: string, sealed: SealedFile): Promise<PutOutcome> => {
    const folder = folderOf(path)
    const temporary = await writeTemporary(path, sealed)
    try {
      await folders.ensure(folder)
      return await publish(temporary, path, sealed).catch(async (error: unknown) => {
        if (!hasErrorCode(error, 'ENOENT')) throw error
        // Somebody removed a folder that was known: make it again, once.
        folders.forget()
        await folders.ensure(folder)
        return publish(temporary, path, sealed)
      })
    } finally {
      await disk.removeFile(temporary).catch(ignoreAll)
    }
  }

  const put = async (path: string, sealed: SealedFile): Promise<PutOutcome> => {
    await sweepOnce()
    // Looking first saves writing a large file again after a crash.
    const outcome = (await confirmExisting(path, sealed)) ? 'same' : await write(path, sealed)
    await folders.ensure(folderOf(path))
    await disk.syncFolder(`${root}/${folderOf(path)}`)
    return outcome
  }

  return {
    async put(path, file) {
      checkStoredPath(path)
      return put(path, file).catch((error: unknown) => {
        throw makeFilesystemError(error, `write ${root}/${path}`)
      })
    },

    async get(path) {
      checkStoredPath(path)
      try {
        return await readFully(disk, `${root}/${path}`)
      } catch (error) {
        if (!isMissingFile(error)) throw makeFilesystemError(error, `read ${root}/${path}`)
        throw new HansardError('FILE_MISSING', `There is no file ${root}/${path}.`, {
          facts: { path },
          cause: error,
        })
      }
    },

    async *list(prefix) {
      if (prefix !== '') checkStoredPath(prefix)
      try {
        yield* listFiles(disk, root, prefix)
      } catch (error) {
        throw makeFilesystemError(error, `list ${root}/${prefix}`)
      }
    },

    async remove(path) {
      checkStoredPath(path)
      try {
        // A repeat finds nothing to remove, but the removal may not be durable yet.
        await disk.removeFile(`${root}/${path}`).catch(ignoreMissing)
        await disk.syncFolder(`${root}/${folderOf(path)}`)
      } catch (error) {
        if (!isMissingFile(error)) throw makeFilesystemError(error, `remove ${root}/${path}`)
      }
    },

    // Files carry the time of whoever serves them, but a local disk has no other clock than ours.
    readClockSkewMs: () => undefined,
  }
}

const hardLinkRefusals = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']

/** For cleaning up behind another error, which is the one that counts. */
function ignoreAll(): void {}
