import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { openNodeDisk } from 'hansard-journal'
import { testDiskContract } from '../../test/contract/disk.ts'

const makeRoot = (): Promise<string> => mkdtemp(join(tmpdir(), 'hansard-disk-'))

testDiskContract('the real disk', async () => {
  const root = await makeRoot()
  return { disk: openNodeDisk(), root, close: () => rm(root, { recursive: true }) }
})

it('makes files and folders that only their owner can read, unless told otherwise', async () => {
  const root = await makeRoot()
  try {
    for (const [disk, folder, fileMode, folderMode] of [
      [openNodeDisk(), 'closed', 0o600, 0o700],
      [openNodeDisk({ file: 0o640, folder: 0o750 }), 'shared', 0o640, 0o750],
    ] as const) {
      await disk.makeFolder(join(root, folder))
      await (await disk.createFile(join(root, folder, 'file'))).close()
      const mask = ~process.umask()
      assert.equal((await stat(join(root, folder))).mode & 0o777, folderMode & mask)
      assert.equal((await stat(join(root, folder, 'file'))).mode & 0o777, fileMode & mask)
    }
  } finally {
    await rm(root, { recursive: true })
  }
})
