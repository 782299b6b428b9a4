import assert from 'node:assert/strict'
import { it } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { openMemoryConnection } from '../../server/src/connections/memory.ts'
import { readDelivered } from './read-delivered.ts'
import { makeSealedFile } from './sealed-file.ts'

it('reads every line of every kind of file, and the manifests apart', async () => {
  const connection = openMemoryConnection()
  const put = (path: string, content: string | Uint8Array): Promise<unknown> =>
    connection.put(path, makeSealedFile(content))
  await put('b/plain.jsonl', '1\n2\n')
  await put('b/gzip.jsonl.gz', Buffer.concat([gzipSync('3\n'), gzipSync('4\n')]))
  const large = `${'5'.repeat(300_000)}\n`
  await put(
    'a/zstd.jsonl.zst',
    Buffer.concat([zstdCompressSync(large), zstdCompressSync('6\n'), zstdCompressSync('')]),
  )
  await put('a/_hansard/lane/0.json', '{"epoch":0}')
  await put('_hansard/lane/0.json', '{"epoch":1}')
  const delivered = await readDelivered(connection)
  assert.deepEqual(delivered.lines, [large.trimEnd(), '6', '3', '4', '1', '2'])
  assert.deepEqual(
    delivered.files.map(({ path }) => path),
    ['a/zstd.jsonl.zst', 'b/gzip.jsonl.gz', 'b/plain.jsonl'],
  )
  assert.deepEqual(Object.fromEntries(delivered.manifests), {
    '_hansard/lane/0.json': { epoch: 1 },
    'a/_hansard/lane/0.json': { epoch: 0 },
  })
})

it('does not read over a file that was cut or is no data file', async () => {
  for (const [path, content] of [
    ['a.jsonl', '1\n2'],
    ['a.jsonl.gz', gzipSync('1\n').subarray(0, -3)],
    ['a.jsonl.zst', Buffer.concat([zstdCompressSync('1\n'), zstdCompressSync('2\n').subarray(0, -3)])],
    ['a.txt', '1\n'],
  ] as const) {
    const connection = openMemoryConnection()
    await connection.put(path, makeSealedFile(content))
    await assert.rejects(readDelivered(connection), path)
  }
})
