import type { Connection } from '../../server/src/connections/connection.ts'
import type { Manifest } from '../../server/src/integrity/manifest.ts'
import type { SeededRandom } from '../kit/random.ts'
import { makeSealedFile } from '../kit/sealed-file.ts'
import { BrokenPromise } from './broken-promise.ts'

const text = 'this is not a part'

/** A file of somebody else under the name of a part. */
export interface ForeignFile {
  /** @throws BrokenPromise if it is not there any more as it was written */
  remove(connection: Connection): Promise<void>
}

/** Replaces a part that no manifest lists, if there is one: a crash left it, and delivery will come to it again. */
export async function plantForeignFile(
  connection: Connection,
  random: SeededRandom,
): Promise<ForeignFile | undefined> {
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
  const path = random.pick(found)
  await connection.remove(path)
  await connection.put(path, makeSealedFile(text))
  return {
    async remove(connection) {
      const now = await connection.get(path).catch(() => Buffer.alloc(0))
      if (Buffer.from(now).toString() !== text) {
        throw new BrokenPromise(`a foreign file at ${path} was overwritten`)
      }
      await connection.remove(path)
    },
  }
}
