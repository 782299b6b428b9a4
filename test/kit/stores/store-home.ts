import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A temporary folder for a store: made before `start`, removed when that fails. The store removes it in the end. */
export async function withStoreHome<Started>(
  name: string,
  start: (home: string, remove: () => Promise<void>) => Promise<Started>,
): Promise<Started> {
  const home = await mkdtemp(join(tmpdir(), `hansard-${name}-`))
  const remove = (): Promise<void> => rm(home, { recursive: true, force: true })
  try {
    return await start(home, remove)
  } catch (error) {
    await remove()
    throw error
  }
}
