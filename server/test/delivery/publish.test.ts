import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { HansardError } from 'hansard-protocol'
import { makeDestinationSettings } from '../../../test/kit/delivery-rig.ts'
import { makeSealedFile } from '../../../test/kit/sealed-file.ts'
import { SimStore } from '../../../test/kit/sim-store.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { openMemoryConnection } from '../../src/connections/memory.ts'
import { openObjectConnection } from '../../src/connections/object-connection.ts'
import type { NamedPart, SealedEpoch } from '../../src/delivery/epoch.ts'
import { publishEpoch } from '../../src/delivery/publish.ts'
import { type Manifest, makeManifestPath, parseManifest } from '../../src/integrity/manifest.ts'

const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')
const manifestPath = makeManifestPath('p', 'abcdefgh', 'd', 0)

function makePart(name: string, content: string, stored: Uint8Array = Buffer.from(content)): NamedPart {
  const file = makeSealedFile(stored)
  return {
    file,
    manifestPart: {
      path: `p/${name}`,
      count: content.split('\n').length - 1,
      first: 0,
      last: 9,
      bytes: file.bytes,
      sha256: file.sha256,
      contentBytes: content.length,
      contentSha256: hashOf(content),
    },
  }
}

function makeEpoch(...parts: NamedPart[]): SealedEpoch {
  return {
    parts,
    manifest: {
      format: 'hansard-manifest-1',
      destination: 'd',
      lane: 'abcdefgh',
      epoch: 0,
      first: 0,
      last: 9,
      previousLast: -1,
      count: 10,
      countTotal: 10,
      topics: { a: 10 },
      settings: makeDestinationSettings('d', { path: 'p' }),
      revision: 1,
      parts: parts.map(({ manifestPart }) => manifestPart),
    },
  }
}

/** A connection in memory with a log of what was put, and a door for failures. */
function open(fail: (path: string) => void = () => {}): { connection: Connection; puts: string[] } {
  const memory = openMemoryConnection()
  const puts: string[] = []
  return {
    puts,
    connection: {
      ...memory,
      async put(path, file) {
        fail(path)
        // Later ones overtake.
        await new Promise((resolve) => setImmediate(resolve))
        const outcome = await memory.put(path, file)
        puts.push(path)
        return outcome
      },
    },
  }
}

const publish = (
  connection: Connection,
  sealed: SealedEpoch,
  onPart: Parameters<typeof publishEpoch>[3] = () => {},
): Promise<Manifest> => publishEpoch(connection, 'p', sealed, onPart, new AbortController().signal)

const read = async (connection: Connection, path: string): Promise<string> =>
  Buffer.from(await connection.get(path)).toString()
const hasCode = (code: string) => (error: unknown) => error instanceof HansardError && error.code === code

describe('publishing an epoch', () => {
  it('puts every part, then the manifest', async () => {
    const { connection, puts } = open()
    const names = Array.from({ length: 30 }, (_, n) => `t${n}.jsonl`)
    const sealed = makeEpoch(...names.map((name) => makePart(name, `${name}\n`)))
    const seen: string[] = []
    const manifest = await publish(connection, sealed, ({ path }) => seen.push(path))
    assert.deepEqual(manifest, sealed.manifest)
    assert.equal(puts.length, 31)
    assert.equal(puts.at(-1), manifestPath)
    assert.deepEqual([...seen].sort(), names.map((name) => `p/${name}`).sort())
    assert.deepEqual(parseManifest(await connection.get(manifestPath), manifestPath), manifest)
  })

  it('puts no manifest while a part is missing, and can be done again whole', async () => {
    let isAway = true
    const { connection, puts } = open((path) => {
      if (isAway && path === 'p/b.jsonl') throw new HansardError('CONNECTION_UNREACHABLE', 'away')
    })
    const sealed = makeEpoch(makePart('a.jsonl', 'a\n'), makePart('b.jsonl', 'b\n'))
    for (let attempt = 0; attempt < 3; attempt++) {
      await assert.rejects(publish(connection, sealed), hasCode('CONNECTION_UNREACHABLE'))
    }
    assert.ok(!puts.includes(manifestPath))
    isAway = false
    const manifest = await publish(connection, sealed)
    assert.deepEqual(await publish(connection, sealed), manifest)
    assert.deepEqual(
      [await read(connection, 'p/a.jsonl'), await read(connection, 'p/b.jsonl')],
      ['a\n', 'b\n'],
    )
  })

  it('leaves no put on its way when it fails', async () => {
    let open = 0
    const connection: Connection = {
      ...openMemoryConnection(),
      async put(path) {
        open++
        for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
        open--
        if (path.endsWith('0.jsonl')) throw new HansardError('CONNECTION_DENIED', 'no')
        return 'created'
      },
    }
    const parts = Array.from({ length: 40 }, (_, n) => makePart(`${n}.jsonl`, 'x\n'))
    await assert.rejects(publish(connection, makeEpoch(...parts)), hasCode('CONNECTION_DENIED'))
    assert.equal(open, 0)
  })
})

describe('publishing for who may only write', () => {
  it('goes on over what stands there already, and says that nobody compared it', async () => {
    const store = new SimStore()
    store.canRead = false
    const connection = openObjectConnection({
      prefix: '',
      conditionalWrites: true,
      openStore: () => store.open(),
    })
    const sealed = makeEpoch(makePart('a.jsonl', 'a\n'), makePart('b.jsonl', 'b\n'))
    await connection.put('p/a.jsonl', sealed.parts[0]!.file)
    const outcomes: string[] = []
    const note = ({ path }: { path: string }, outcome: string): void =>
      void outcomes.push(`${path} ${outcome}`)
    assert.deepEqual(await publish(connection, sealed, note), sealed.manifest)
    assert.deepEqual(outcomes.sort(), ['p/a.jsonl uncompared', 'p/b.jsonl created'])
    assert.deepEqual(await publish(connection, sealed, note), sealed.manifest)
    assert.deepEqual(outcomes.slice(2).sort(), ['p/a.jsonl uncompared', 'p/b.jsonl uncompared'])
    assert.deepEqual([...store.objects.keys()].sort(), [manifestPath, 'p/a.jsonl', 'p/b.jsonl'].sort())
  })
})

describe('publishing that is called off', () => {
  it('passes this on to every put', async () => {
    const aborter = new AbortController()
    const signals = new Set<AbortSignal | undefined>()
    const memory = openMemoryConnection()
    const connection: Connection = {
      ...memory,
      put(path, file, signal) {
        signals.add(signal)
        return memory.put(path, file)
      },
    }
    const sealed = makeEpoch(makePart('a.jsonl', 'a\n'))
    await publishEpoch(connection, 'p', sealed, () => {}, aborter.signal)
    assert.deepEqual([...signals], [aborter.signal])
  })
})

describe('a part that stands under its name already', () => {
  const content = 'line 1\nline 2\n'
  const half = content.length / 2

  it('is the same part when its lines are the same; the manifest tells the bytes that stand there', async () => {
    for (const [name, sealed, stored] of [
      ['a.jsonl.gz', gzipSync(content, { level: 1 }), gzipSync(content, { level: 0 })],
      [
        'a.jsonl.gz',
        gzipSync(content),
        Buffer.concat([gzipSync(content.slice(0, half)), gzipSync(content.slice(half))]),
      ],
      [
        'a.jsonl.zst',
        zstdCompressSync(content),
        Buffer.concat([zstdCompressSync(content.slice(0, half)), zstdCompressSync(content.slice(half))]),
      ],
    ] as const) {
      const { connection } = open()
      await connection.put(`p/${name}`, makeSealedFile(stored))
      const epoch = makeEpoch(makePart(name, content, sealed))
      const manifest = await publish(connection, epoch)
      assert.deepEqual(manifest.parts, [
        { ...epoch.manifest.parts[0], bytes: stored.length, sha256: hashOf(stored) },
      ])
      assert.deepEqual(parseManifest(await connection.get(manifestPath), manifestPath), manifest)
      assert.deepEqual(Buffer.from(await connection.get(`p/${name}`)), stored)
      assert.deepEqual(await publish(connection, epoch), manifest, 'and once more')
    }
  })

  it('is a conflict when its lines are others or it is no such file, and is left as it is', async () => {
    for (const [name, stored] of [
      ['a.jsonl', Buffer.from('other\n')],
      ['a.jsonl.gz', gzipSync('line 1\nline 3\n')],
      ['a.jsonl.gz', gzipSync(content.slice(0, half))],
      ['a.jsonl.gz', Buffer.concat([gzipSync(content), gzipSync('more\n')])],
      ['a.jsonl.gz', Buffer.concat([gzipSync(content), Buffer.from('more')])],
      ['a.jsonl.gz', gzipSync(content).subarray(0, -2)],
      ['a.jsonl.gz', Buffer.from(content)],
      ['a.jsonl.gz', Buffer.alloc(0)],
      ['a.jsonl.zst', Buffer.concat([zstdCompressSync(content), zstdCompressSync('more\n')])],
      ['a.jsonl.zst', Buffer.alloc(0)],
    ] as const) {
      const { connection } = open()
      await connection.put(`p/${name}`, makeSealedFile(stored))
      const sealed = name.endsWith('.gz')
        ? gzipSync(content)
        : name.endsWith('.zst')
          ? zstdCompressSync(content)
          : Buffer.from(content)
      await assert.rejects(
        publish(connection, makeEpoch(makePart(name, content, sealed))),
        hasCode('FILE_CONFLICT'),
      )
      assert.deepEqual(Buffer.from(await connection.get(`p/${name}`)), stored)
      await assert.rejects(connection.get(manifestPath), hasCode('FILE_MISSING'))
    }
  })
})

describe('a manifest that stands under its name already', () => {
  it('is the same when only the stored bytes of a part differ, and is the one that counts', async () => {
    const { connection } = open()
    const sealed = makeEpoch(makePart('a.jsonl.gz', 'a\n', gzipSync('a\n')))
    const standing = await publish(connection, sealed)
    // Somebody packed the file anew.
    await connection.remove('p/a.jsonl.gz')
    await connection.put('p/a.jsonl.gz', makeSealedFile(gzipSync('a\n', { level: 0 })))
    assert.deepEqual(await publish(connection, sealed), standing)
    assert.deepEqual(parseManifest(await connection.get(manifestPath), manifestPath), standing)
  })

  it('is a conflict when it tells anything else, and is left as it is', async () => {
    const sealed = makeEpoch(makePart('a.jsonl', 'a\n'))
    for (const change of [{ last: 8 }, { count: 9 }, { topics: { b: 10 } }, { revision: 2 }]) {
      const { connection } = open()
      await publish(connection, sealed)
      const before = await read(connection, manifestPath)
      const other = { ...sealed, manifest: { ...sealed.manifest, ...change } }
      await assert.rejects(publish(connection, other), hasCode('FILE_CONFLICT'))
      assert.equal(await read(connection, manifestPath), before)
    }
  })

  it('is a conflict when a foreign file stands there', async () => {
    const { connection } = open()
    await connection.put(manifestPath, makeSealedFile('{}'))
    await assert.rejects(publish(connection, makeEpoch(makePart('a.jsonl', 'a\n'))), hasCode('FILE_CONFLICT'))
  })
})
