import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { openRandom } from '../../../test/kit/random.ts'
import { cutOff, fill, type LogFile, openLogFile } from '../../src/follow/log-file.ts'

const content = Buffer.from(Array.from({ length: 40_000 }, (_, n) => `{"n":${n}}\n`).join(''))

async function open(t: TestContext, bytes: Uint8Array): Promise<LogFile> {
  const folder = await mkdtemp(join(tmpdir(), 'hansard-log-file-'))
  await writeFile(join(folder, 'log'), bytes)
  const file = await openLogFile(join(folder, 'log'))
  t.after(async () => {
    await file.close()
    await rm(folder, { recursive: true })
  })
  return file
}

for (const [kind, bytes] of [
  ['plain', content],
  ['compressed', gzipSync(content)],
  [
    'compressed in two parts',
    Buffer.concat([gzipSync(content.subarray(0, 9)), gzipSync(content.subarray(9))]),
  ],
] as const) {
  it(`a ${kind} file reads the same at any place, also backwards and at its end`, async (t) => {
    const file = await open(t, bytes)
    const random = openRandom(1)
    for (let turn = 0; turn < 30; turn++) {
      const at = random.nextInteger(content.length + 100)
      const target = Buffer.alloc(random.nextInteger(200_000))
      const count = await fill(file, target, at)
      assert.deepEqual(target.subarray(0, count), content.subarray(at, at + target.length))
    }
    assert.equal(await fill(cutOff(file, 500), Buffer.alloc(1000), 400), 100)
    assert.equal(await fill(cutOff(file, 500), Buffer.alloc(1000), 600), 0)
  })
}

it('a compressed file that ends early gives what it has, then says so', async (t) => {
  const packed = gzipSync(content)
  const file = await open(t, packed.subarray(0, packed.length - 5000))
  const head = Buffer.alloc(1000)
  assert.equal(await fill(file, head, 0), 1000)
  await assert.rejects(fill(file, Buffer.alloc(content.length), 0), { code: 'Z_BUF_ERROR' })
})
