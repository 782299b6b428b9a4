import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { parseKeyFile, readKeyHeaders } from '../../../src/cli/sender/key-option.ts'

it('takes the key from its file, else from the environment, and never from the command line', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hansard-key-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(`${folder}/key`, 'one\n')
  const env = { HANSARD_KEY: 'two' }
  assert.deepEqual(await readKeyHeaders(`file:${folder}/key`, env), { authorization: 'Bearer one' })
  assert.deepEqual(await readKeyHeaders(undefined, env), { authorization: 'Bearer two' })
  assert.deepEqual(await readKeyHeaders(undefined, {}), {})
  await assert.rejects(readKeyHeaders('file:/nowhere/key', env), { code: 'SECRET_UNREADABLE' })
  assert.equal(parseKeyFile('file:/x'), 'file:/x')
  assert.throws(() => parseKeyFile('hansard_key_x'), /never the key itself/)
})
