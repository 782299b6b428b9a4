import { dirname } from 'node:path'
import { type Disk, hasErrorCode } from 'hansard-journal'

const foldersKnownMax = 20_000
const foreignFolderErrors = ['EACCES', 'EPERM', 'EROFS', 'EINVAL']

/** The folder of a path within a connection; empty for the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** Makes folders that survive a power cut, and remembers them to save calls. */
export class DurableFolders {
  readonly #disk: Disk
  readonly #root: string
  readonly #known = new Set<string>()

  constructor(disk: Disk, root: string) {
    this.#disk = disk
    this.#root = root
  }

  /** Makes `folder` below the root, with those above it. */
  async ensure(folder: string): Promise<void> {
    if (this.#known.has(folder)) return
    if (folder === '') {
      await this.#disk.makeFolder(this.#root)
      await this.#syncAboveRoot()
    } else {
      const parent = folderOf(folder)
      await this.ensure(parent)
      await this.#disk.makeFolder(`${this.#root}/${folder}`)
      // A folder that existed may come from a process that died before it synced the name.
      await this.#disk.syncFolder(`${this.#root}/${parent}`)
    }
    if (this.#known.size >= foldersKnownMax) this.#known.clear()
    this.#known.add(folder)
  }

  /** Forgets what is known: somebody else removed a folder. */
  forget(): void {
    this.#known.clear()
  }

  /** Syncs the folders above the root: a start that died half-way may have made some of them. */
  async #syncAboveRoot(): Promise<void> {
    for (let folder = this.#root, above = dirname(folder); above !== folder; above = dirname(folder)) {
      folder = above
      try {
        await this.#disk.syncFolder(folder)
      } catch (error) {
        // A folder that belongs to somebody else is not one that Hansard made.
        if (!foreignFolderErrors.some((code) => hasErrorCode(error, code))) throw error
      }
    }
  }
}
