import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { lockSpool } from '../src/spool/lock-spool.ts'

async function makeFolder(t: TestContext, name = 'spool'): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'hansard-lock-'))
  t.after(() => rm(root, { recursive: true }))
  const folder = join(root, name)
  await mkdir(folder)
  return folder
}

for (const name of ['spool', 'a-name-for-which-a-socket-has-no-room'.repeat(3)]) {
  test(`keeps a second one out of ${name.length > 50 ? 'a folder with a long name' : 'a folder'}`, async (t) => {
    const folder = await makeFolder(t, name)
    const lock = await lockSpool(folder)
    await assert.rejects(lockSpool(folder), { code: 'DATA_DIR_IN_USE' })
    await lock.release()
    await (await lockSpool(folder)).release()
  })
}

test('of many that come together at most one gets in', async (t) => {
  const folder = await makeFolder(t)
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockSpool(folder)))
  const locks = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  assert.ok(locks.length <= 1)
  for (const lock of locks) await lock.release()
  await (await lockSpool(folder)).release()
})

test('the lock of a process that was killed is no lock', async (t) => {
  const folder = await makeFolder(t)
  const module = new URL('../src/spool/lock-spool.ts', import.meta.url).href
  const script = `import { lockSpool } from ${JSON.stringify(module)}
    await lockSpool(${JSON.stringify(folder)})
    console.log('locked')
    setInterval(() => {}, 1000)`
  const child = spawn(
    process.execPath,
    ['--conditions=hansard-source', '--input-type=module-typescript', '--eval', script],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(child.stdout, 'data')
  await assert.rejects(lockSpool(folder), { code: 'DATA_DIR_IN_USE' })
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await lockSpool(folder)).release()
})
