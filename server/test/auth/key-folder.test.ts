import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createKey, importKey } from '../../src/auth/change-keys.ts'
import { KeyRing } from '../../src/auth/key-ring.ts'
import { anything, doors, startedAt } from './make-keys.ts'
import { openTempFolder } from './open-temp-folder.ts'

const run = promisify(execFile)
const creator = fileURLToPath(new URL('./create-in-process.ts', import.meta.url))

describe('the key folder', () => {
  it('is empty before the first key, and made for its owner only', async (t) => {
    const { folder } = await openTempFolder(t)
    assert.deepEqual(await folder.read(), { records: [], hashOpaque: undefined })
    await folder.change(({ records }) => createKey(records, 'churn', anything, doors))
    await folder.change(
      ({ records, hashOpaque }) =>
        importKey(records, 'old', 'S3cret-of-the-nodes!', anything, { ...doors, hashOpaque: hashOpaque! }),
      { needsPepper: true },
    )
    const modes: [string, number][] = [
      ['', 0o700],
      ['/keys.json', 0o600],
      ['/pepper', 0o600],
      ['/lock', 0o600],
    ]
    for (const [name, mode] of modes) {
      assert.equal((await stat(folder.path + name)).mode & 0o777, mode, name)
    }
    assert.ok(!(await readFile(`${folder.path}/keys.json`)).includes('S3cret'))
    const { records, hashOpaque } = await folder.read()
    assert.deepEqual(
      records.map(({ name }) => name),
      ['churn', 'old'],
    )
    assert.equal(new KeyRing(records, hashOpaque).find('S3cret-of-the-nodes!', startedAt).key?.name, 'old')
  })

  it('is refused when others may read or write what is in it', async (t) => {
    const { folder } = await openTempFolder(t)
    await folder.change(
      ({ records, hashOpaque }) =>
        importKey(records, 'old', 'S3cret-of-the-nodes!', anything, { ...doors, hashOpaque: hashOpaque! }),
      { needsPepper: true },
    )
    for (const name of ['', '/keys.json', '/pepper']) {
      const path = folder.path + name
      const { mode } = await stat(path)
      await chmod(path, (mode & 0o777) | 0o040)
      const refusal = { code: 'KEY_FILE_UNUSABLE', message: /open to others than its owner .*chmod [67]00/ }
      await assert.rejects(folder.read(), refusal, name)
      await assert.rejects(
        folder.change(({ records }) => createKey(records, 'x', anything, doors)),
        refusal,
        name,
      )
      await chmod(path, mode & 0o777)
    }
    assert.equal((await folder.read()).records.length, 1)
  })

  it('is refused without the pepper that its secrets need', async (t) => {
    const { folder } = await openTempFolder(t)
    await folder.change(
      ({ records, hashOpaque }) =>
        importKey(records, 'old', 'S3cret-of-the-nodes!', anything, { ...doors, hashOpaque: hashOpaque! }),
      { needsPepper: true },
    )
    await writeFile(`${folder.path}/pepper`, 'short')
    await assert.rejects(folder.read(), { code: 'KEY_FILE_UNUSABLE', message: /must have 32 bytes/ })
    await rm(`${folder.path}/pepper`)
    await assert.rejects(folder.read(), { code: 'KEY_FILE_UNUSABLE', message: /pepper is missing/ })
  })

  it('stays as it was when a change is refused', async (t) => {
    const { folder } = await openTempFolder(t)
    await folder.change(({ records }) => createKey(records, 'churn', anything, doors))
    const before = await folder.readFile()
    await assert.rejects(
      folder.change(({ records }) => createKey(records, 'churn', anything, doors)),
      {
        code: 'KEY_NAME_TAKEN',
      },
    )
    assert.deepEqual(await folder.readFile(), before)
  })

  it('loses no change when several processes make them at once', async (t) => {
    const { folder } = await openTempFolder(t)
    const makers = ['a', 'b', 'c']
    await Promise.all(
      makers.map((prefix) =>
        run(process.execPath, ['--conditions=hansard-source', creator, folder.path, prefix, '5']),
      ),
    )
    const names = (await folder.read()).records.map(({ name }) => name).sort()
    assert.deepEqual(
      names,
      makers.flatMap((prefix) => [0, 1, 2, 3, 4].map((index) => `${prefix}-${index}`)),
    )
  })
})
