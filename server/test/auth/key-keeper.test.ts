import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { describe, it, type TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SimClock } from '../../../test/kit/sim-clock.ts'
import { createKey, revokeKey } from '../../src/auth/change-keys.ts'
import { KeyKeeper } from '../../src/auth/key-keeper.ts'
import { KeyUsage } from '../../src/auth/key-usage.ts'
import { anything, doors } from './make-keys.ts'
import { openTempFolder } from './open-temp-folder.ts'

async function openTestKeeper(t: TestContext) {
  const { folder, disk } = await openTempFolder(t)
  const clock = new SimClock()
  const notes: string[] = []
  const open = () =>
    KeyKeeper.open({
      ...{ folder, disk, clock },
      onChange: (ring, fault) => void notes.push(fault?.message ?? `${ring.records.length} keys`),
      onSaveFailure: (error) => void notes.push(String(error)),
    })
  const create = async (name: string) =>
    (await folder.change(({ records }) => createKey(records, name, anything, doors))).text
  const find = (keeper: KeyKeeper, text: string) => keeper.ring.find(text, clock.readNow())
  return { folder, disk, clock, notes, open, create, find }
}

describe('the keeper', () => {
  it('follows the key file by itself', async (t) => {
    const { folder, clock, notes, open, create, find } = await openTestKeeper(t)
    const keeper = await open()
    const text = await create('churn')
    const until = async (isTrue: () => boolean): Promise<void> => {
      while (!isTrue()) {
        await clock.advanceToNextWake()
        await nextTurn()
      }
    }
    await until(() => find(keeper, text).fault === undefined)
    await folder.change(({ records }) => revokeKey(records, 'churn', clock.readNow()))
    await until(() => find(keeper, text).fault === 'revoked')
    assert.deepEqual(notes, ['1 keys', '1 keys'])
    await keeper.close()
  })

  it('keeps the keys as they were when their file is broken or gone, says so once, and heals', async (t) => {
    const { folder, notes, open, create, find } = await openTestKeeper(t)
    const text = await create('churn')
    const keeper = await open()
    const file = `${folder.path}/keys.json`
    const good = await readFile(file)
    for (const spoil of [() => writeFile(file, good.subarray(0, 50)), () => rm(file)]) {
      await spoil()
      await keeper.refresh()
      await keeper.refresh()
      assert.equal(keeper.fault?.code, 'KEY_FILE_UNUSABLE')
      assert.equal(find(keeper, text).key?.name, 'churn')
      assert.match(notes.splice(0).join('\n'), /^[^\n]*(is not JSON|has vanished)[^\n]*$/)
      await writeFile(file, good, { mode: 0o600 })
      await keeper.refresh()
      assert.equal(keeper.fault, undefined)
      assert.deepEqual(notes.splice(0), ['1 keys'])
    }
    await keeper.close()
  })

  it('does not start with keys that it cannot trust', async (t) => {
    const { folder, open, create } = await openTestKeeper(t)
    await create('churn')
    await writeFile(`${folder.path}/keys.json`, '{}')
    await assert.rejects(open(), { code: 'KEY_FILE_UNUSABLE' })
  })

  it('writes down how keys are used, and goes on counting after a restart', async (t) => {
    const { folder, disk, clock, open, create, find } = await openTestKeeper(t)
    const text = await create('churn')
    let keeper = await open()
    const { secretId } = find(keeper, text) as { secretId: string }
    keeper.usage.noteRequest('churn', secretId, clock.readNow())
    keeper.usage.noteEvents('churn', 7)
    await keeper.close()
    keeper = await open()
    keeper.usage.noteRefused('churn')
    keeper.usage.noteRequest('churn', 'gone', clock.readNow())
    await create('fraud')
    await keeper.refresh()
    await keeper.close()
    const counts = (await KeyUsage.read(disk, folder.path)).counts.get('churn')
    assert.deepEqual(counts, {
      ...{ requests: 2, events: 7, refused: 1, lastUsedAt: clock.readNow() },
      secrets: new Map([[secretId, clock.readNow()]]),
    })
  })

  it('starts to count anew when what was written down cannot be read', async (t) => {
    const { folder, disk, create } = await openTestKeeper(t)
    await create('churn')
    for (const junk of ['', '{', '{"format":1,"keys":{"churn":{}}}']) {
      await writeFile(`${folder.path}/usage.json`, junk)
      assert.equal((await KeyUsage.read(disk, folder.path)).counts.size, 0)
    }
  })
})
