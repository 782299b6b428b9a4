import { type Disk, readFully, writeFully } from 'hansard-journal'
import { openFilesystemConnection } from '../../server/src/connections/filesystem.ts'
import type { Manifest } from '../../server/src/integrity/manifest.ts'
import type { SeededRandom } from '../kit/random.ts'
import { BrokenPromise } from './broken-promise.ts'

/** A file of somebody else under the name of a part. */
export interface ForeignFile {
  /** @throws BrokenPromise if it is not there any more as it was written */
  remove(disk: Disk): Promise<void>
}

/** Replaces a part that no manifest lists, if there is one: a crash left it, and delivery will come to it again. */
export async function plantForeignFile(
  disk: Disk,
  root: string,
  random: SeededRandom,
): Promise<ForeignFile | undefined> {
  const connection = openFilesystemConnection({ root, disk, random, temporaryName: 'foreign' })
  const listed = new Set<string>()
  const unlisted: string[] = []
  for await (const { path } of connection.list('')) {
    if (!path.endsWith('.json')) unlisted.push(path)
    else {
      const manifest = JSON.parse(Buffer.from(await connection.get(path)).toString('utf8')) as Manifest
      for (const part of manifest.parts) listed.add(part.path)
    }
  }
  const found = unlisted.filter((path) => !listed.has(path))
  if (found.length === 0) return undefined
  const path = `${root}/${random.pick(found)}`
  const folder = path.slice(0, path.lastIndexOf('/'))
  const bytes = Buffer.from('this is not a part')
  await disk.removeFile(path)
  const file = await disk.createFile(path)
  await writeFully(file, [bytes], 0)
  await file.sync()
  await file.close()
  // All folders on the way: the process that made them may have died before it could.
  for (let at = folder; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) await disk.syncFolder(at)
  await disk.syncFolder('/')
  return {
    async remove(disk) {
      const now = await readFully(disk, path).catch(() => undefined)
      if (now === undefined || !now.equals(bytes))
        throw new BrokenPromise(`a foreign file at ${path} was overwritten`)
      await disk.removeFile(path)
      await disk.syncFolder(folder)
    },
  }
}
