import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { openNodeDisk } from 'hansard-journal'
import { decompress } from '../../server/src/compression/decompress.ts'
import type { Connection } from '../../server/src/connections/connection.ts'
import { openFilesystemConnection } from '../../server/src/connections/filesystem.ts'
import {
  isManifestPath,
  type Manifest,
  type ManifestPart,
  parseManifest,
} from '../../server/src/integrity/manifest.ts'

/**
 * Looks at one finished file; `lines` are those of its uncompressed content, without those of the server's own events,
 * which come last.
 */
export type VisitPart = (
  destination: string,
  part: ManifestPart,
  lines: readonly string[],
  ownLines: readonly string[],
) => void

const ownLineStart = '{"clientEvent":{"msgType":"hansard-'

/**
 * Reads all that stands in a connection, or in the root folder of a filesystem connection, and checks what must
 * always hold:
 *
 * 1. The epochs of a destination count from 0 without gaps; their ranges ascend and never overlap; the sums add up.
 * 2. Every file is in exactly one manifest, with the bytes, hashes and number of lines that it tells.
 * 3. There is nothing else.
 *
 * @returns the manifests of each destination and lane, in their order
 */
export async function checkStore(
  from: Connection | string,
  visit: VisitPart = () => {},
): Promise<Map<string, Manifest[]>> {
  const connection =
    typeof from === 'string' ? openFilesystemConnection({ root: from, disk: openNodeDisk() }) : from
  const paths: string[] = []
  for await (const { path } of connection.list('')) paths.push(path)
  const manifests = new Map<string, Manifest[]>()
  for (const path of paths.filter(isManifestPath).sort()) {
    const manifest = parseManifest(await connection.get(path), path)
    const series = `${manifest.destination} ${manifest.lane}`
    manifests.set(series, [...(manifests.get(series) ?? []), manifest])
  }
  const left = new Set(paths.filter((path) => !isManifestPath(path)))
  for (const series of manifests.values()) {
    checkSeries(series)
    for (const { destination, parts } of series) {
      for (const part of parts) {
        assert.ok(left.delete(part.path), `${part.path} is missing, or in two manifests`)
        const lines = await readPart(connection, part)
        const isOwn = (line: string): boolean => line.startsWith(ownLineStart)
        visit(
          destination,
          part,
          lines.filter((line) => !isOwn(line)),
          lines.filter(isOwn),
        )
      }
    }
  }
  assert.deepEqual([...left], [], 'every file is in a manifest')
  return manifests
}

function checkSeries(series: readonly Manifest[]): void {
  let previousLast = -1
  let countTotal = 0
  for (const [epoch, manifest] of series.entries()) {
    const place = `epoch ${epoch} of ${manifest.destination}`
    const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
    countTotal += manifest.count
    assert.equal(manifest.epoch, epoch, place)
    assert.equal(manifest.previousLast, previousLast, place)
    assert.ok(manifest.first > previousLast && manifest.last >= manifest.first, place)
    assert.equal(manifest.countTotal, countTotal, place)
    assert.equal(sum(Object.values(manifest.topics)), manifest.count, place)
    assert.equal(sum(manifest.parts.map(({ count }) => count)), manifest.count, place)
    for (const { first, last } of manifest.parts) {
      assert.ok(first >= manifest.first && last >= first && last <= manifest.last, place)
    }
    previousLast = manifest.last
  }
}

async function readPart(connection: Connection, part: ManifestPart): Promise<string[]> {
  const stored = Buffer.from(await connection.get(part.path))
  assert.equal(stored.length, part.bytes, part.path)
  assert.equal(hashOf(stored), part.sha256, part.path)
  const name = part.path.endsWith('.gz') ? 'gzip' : part.path.endsWith('.zst') ? 'zstd' : undefined
  const content = name === undefined ? stored : await decompress(name, stored, Number.MAX_SAFE_INTEGER)
  assert.equal(content.length, part.contentBytes, part.path)
  assert.equal(hashOf(content), part.contentSha256, part.path)
  const lines = content.toString().split('\n')
  assert.equal(lines.pop(), '', `${part.path} ends with a line break`)
  assert.equal(lines.length, part.count, part.path)
  return lines
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
