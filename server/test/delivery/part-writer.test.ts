import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { SimDisk } from '../../../test/kit/sim-disk.ts'
import type { Compression } from '../../src/compression/compress-block.ts'
import { blockBytes, compressBlock } from '../../src/compression/compress-block.ts'
import { decompress } from '../../src/compression/decompress.ts'
import { LineStore } from '../../src/delivery/line-store.ts'
import { PartWriter, type SealedPart } from '../../src/delivery/part-writer.ts'

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface Written extends Omit<SealedPart, 'file'> {
  readonly bytes: Buffer
  readonly sha256: string
}

/** Writes the lines into several partitions in turn, so that they share memory; the parts of the first. */
async function write(
  lines: readonly string[],
  compression: Compression,
  partMaxBytes: number,
  memoryBytes = 100_000_000,
  partitions = 1,
): Promise<Written[]> {
  const disk = new SimDisk()
  const writers: PartWriter[] = []
  const store = new LineStore({
    disk,
    spillPath: '/spill',
    memoryBytes,
    owners: () => writers.flatMap((writer) => [...writer.owners()]),
  })
  for (let n = 0; n < partitions; n++) writers.push(new PartWriter(store, compression, partMaxBytes))
  for (const [position, line] of lines.entries()) {
    for (const writer of writers) {
      await store.append(writer.block, Buffer.from(line))
      writer.countLine(position)
      if (writer.isBlockFull) await writer.closeBlock()
    }
  }
  const written: Written[] = []
  const [first, ...others] = writers
  for (const { file, ...facts } of await first!.seal()) {
    const pieces: Uint8Array[] = []
    for await (const piece of file.read()) pieces.push(piece)
    const bytes = Buffer.concat(pieces)
    assert.equal(file.bytes, bytes.length)
    assert.equal(file.sha256, hashOf(bytes))
    written.push({ ...facts, bytes, sha256: file.sha256 })
  }
  for (const writer of others) await writer.seal()
  await store.close()
  return written
}

const makeLines = (count: number, bytes: number): string[] =>
  Array.from({ length: count }, (_, n) => `${String(n).padEnd(bytes - 1, 'x')}\n`)

const compressions: Compression[] = [{ kind: 'none' }, { kind: 'gzip', level: 1 }, { kind: 'zstd', level: 3 }]

describe('the writer of parts', () => {
  for (const compression of compressions) {
    it(`(${compression.kind}) keeps every line in its order, with counts, positions and both hashes`, async () => {
      const lines = makeLines(3_000, 300)
      const parts = await write(lines, compression, 100_000_000)
      assert.equal(parts.length, 1)
      const { bytes, count, first, last, contentBytes, contentSha256 } = parts[0]!
      const content =
        compression.kind === 'none' ? bytes : await decompress(compression.kind, bytes, 1_000_000_000)
      assert.equal(content.toString(), lines.join(''))
      assert.deepEqual([count, first, last, contentBytes], [3_000, 0, 2_999, 900_000])
      assert.equal(contentSha256, hashOf(content))
    })

    it(`(${compression.kind}) gives the same bytes whatever its memory and its neighbours are`, async () => {
      const lines = makeLines(2_500, 400)
      const expected = await write(lines, compression, 600_000)
      for (const [memoryBytes, partitions] of [
        [1_000, 1],
        [300_000, 1],
        [300_000, 3],
        [1_500_000, 3],
      ] as const) {
        const found = await write(lines, compression, 600_000, memoryBytes, partitions)
        assert.deepEqual(found, expected, `${memoryBytes} bytes, ${partitions} partitions`)
      }
    })
  }

  it('ends a part behind the block that brings it to its size', async () => {
    const lines = makeLines(4_000, 256)
    const linesPerBlock = blockBytes / 256
    const parts = await write(lines, { kind: 'none' }, 2 * blockBytes)
    assert.deepEqual(
      parts.map(({ count, first, last, contentBytes }) => [count, first, last, contentBytes]),
      [
        [2 * linesPerBlock, 0, 2 * linesPerBlock - 1, 2 * blockBytes],
        [4_000 - 2 * linesPerBlock, 2 * linesPerBlock, 3_999, 4_000 * 256 - 2 * blockBytes],
      ],
    )
    assert.equal(Buffer.concat(parts.map(({ bytes }) => bytes)).toString(), lines.join(''))
  })

  it('makes every block a gzip member or a zstd frame of its own', async () => {
    const lines = makeLines(2_048, 256)
    const blocks = [lines.slice(0, 1_024), lines.slice(1_024)].map((block) => Buffer.from(block.join('')))
    for (const compression of compressions.slice(1)) {
      const [part] = await write(lines, compression, 100_000_000)
      const expected = blocks.map((block) => compressBlock(compression, block))
      assert.deepEqual(part!.bytes, Buffer.concat(expected))
    }
    const gzip = compressBlock({ kind: 'gzip', level: 1 }, blocks[0]!)
    assert.deepEqual(gunzipSync(gzip), blocks[0])
    // Neither the time nor the system stands in the bytes.
    assert.deepEqual(gzip, gzipSync(blocks[0]!, { level: 1 }))
    assert.deepEqual([...gzip.subarray(4, 8)], [0, 0, 0, 0])
    const frame = compressBlock({ kind: 'zstd', level: 3 }, blocks[0]!)
    assert.equal(frame.length, zstdCompressSync(blocks[0]!).length + 4, 'with a checksum of its own')
  })

  it('takes a line larger than a block, and than its memory', async () => {
    const lines = ['small\n', `${'x'.repeat(3 * blockBytes)}\n`, 'small too\n']
    const parts = await write(lines, { kind: 'none' }, 100_000_000, 1_000)
    assert.equal(parts.length, 1)
    assert.equal(parts[0]!.bytes.toString(), lines.join(''))
  })
})
