import type { Disk } from 'hansard-journal'
import type { StoredFile } from './connection.ts'
import { isMissingFile } from './filesystem-error.ts'
import { compareBytes, temporaryFolderName } from './stored-path.ts'

/** Names every finished file below a folder of the root, in byte order of the path. */
export async function* listFiles(disk: Disk, root: string, folder: string): AsyncIterable<StoredFile> {
  const entries = await disk
    .listFolder(folder === '' ? root : `${root}/${folder}`)
    .catch((error: unknown) => {
      if (isMissingFile(error)) return []
      throw error
    })
  // A folder sorts as its name with a slash, so that the whole list is in byte order.
  const names = entries.map(({ name, isFolder }) => (isFolder ? `${name}/` : name)).sort(compareBytes)
  for (const name of names) {
    if (folder === '' && name === `${temporaryFolderName}/`) continue
    const path = folder === '' ? name : `${folder}/${name}`
    if (name.endsWith('/')) {
      yield* listFiles(disk, root, path.slice(0, -1))
    } else {
      const bytes = await readSize(disk, `${root}/${path}`)
      if (bytes !== undefined) yield { path, bytes }
    }
  }
}

/** Undefined if the file went away meanwhile. */
async function readSize(disk: Disk, path: string): Promise<number | undefined> {
  try {
    const file = await disk.openFile(path, 'read')
    try {
      return await file.readSize()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (isMissingFile(error)) return undefined
    throw error
  }
}
