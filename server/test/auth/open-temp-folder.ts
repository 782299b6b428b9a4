import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openNodeDisk, systemRandom } from 'hansard-journal'
import { type KeyFolder, openKeyFolder } from '../../src/auth/key-folder.ts'

/** The key folder of a data directory that is gone when the test is over. */
export async function openTempFolder(scope: {
  after(cleanUp: () => Promise<void>): void
}): Promise<{ folder: KeyFolder; disk: ReturnType<typeof openNodeDisk>; dataDir: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hansard-keys-'))
  scope.after(() => rm(dataDir, { recursive: true, force: true }))
  const disk = openNodeDisk()
  return { folder: openKeyFolder(`${dataDir}/keys`, disk, systemRandom), disk, dataDir }
}
