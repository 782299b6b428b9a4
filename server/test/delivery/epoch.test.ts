import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { type EventsMeta, encodeEventsMeta, type Frame } from 'hansard-journal'
import { type DestinationSettingsChange, makeDestinationSettings } from '../../../test/kit/delivery-rig.ts'
import { SimDisk } from '../../../test/kit/sim-disk.ts'
import { Epoch, type SealedEpoch } from '../../src/delivery/epoch.ts'
import { LineStore } from '../../src/delivery/line-store.ts'
import { openPlacement } from '../../src/layout/placement.ts'

const receivedAt = Date.UTC(2026, 2, 17, 19, 59, 59)

interface Batch {
  readonly position: number
  readonly runs: readonly (readonly [topic: string, routingKey: string | null, ...events: string[]])[]
  readonly receivedAt?: number
}

function makeFrame({ position, runs, receivedAt: at = receivedAt }: Batch): {
  frame: Frame
  meta: EventsMeta
} {
  const events = runs.flatMap(([, , ...events]) => events)
  const payload = Buffer.from(events.map((event) => `${event}\n`).join(''))
  const meta: EventsMeta = {
    receivedAt: at,
    origAddress: '::1',
    runs: runs.map(([topic, routingKey, ...events]) => [topic, routingKey, events.length]),
  }
  const bytes = encodeEventsMeta(meta)
  const frame: Frame = {
    type: 'events',
    count: events.length,
    firstPosition: position,
    appendedAt: at,
    durableMark: 0,
    metaBytes: bytes.length,
    payloadBytes: payload.length,
    metaCrc: crc32(bytes),
    payloadCrc: crc32(payload),
    meta: bytes,
    payload,
  }
  return { frame, meta }
}

async function seal(
  batches: readonly Batch[],
  change: DestinationSettingsChange = {},
  options: { takes?: (topic: string) => boolean; last?: number; memoryBytes?: number } = {},
): Promise<SealedEpoch & { contents: string[] }> {
  const { takes = () => true, last = 99, memoryBytes = 10_000_000 } = options
  const settings = makeDestinationSettings('d', { path: 'p', ...change })
  const disk = new SimDisk()
  const frames = batches.map(makeFrame)
  const epoch = new Epoch({
    settings,
    lane: 'abcdefgh',
    placement: openPlacement(settings),
    openStore: (owners) => new LineStore({ disk, spillPath: '/spill', memoryBytes, owners }),
    frame: frames[0]!.frame,
  })
  for (const { frame, meta } of frames) {
    await epoch.add(
      frame,
      meta,
      meta.runs.map(([topic]) => takes(topic)),
    )
  }
  const sealed = await epoch.seal({ epoch: 7, previousLast: 5, delivered: 100, revision: 3 }, last)
  const contents: string[] = []
  for (const { file } of sealed.parts) {
    let text = ''
    for await (const piece of file.read()) text += Buffer.from(piece).toString()
    contents.push(text)
  }
  await epoch.close()
  return { ...sealed, contents }
}

const paths = ({ parts }: SealedEpoch): string[] => parts.map(({ manifestPart }) => manifestPart.path)

describe('a sealed epoch', () => {
  it('has parts named after folder, lane, and first and last position, in byte order of the path', async () => {
    const sealed = await seal(
      [
        {
          position: 10,
          runs: [
            ['b', 'k', '1'],
            ['a', null, '2', '3'],
          ],
        },
        { position: 13, runs: [['b', 'k', '4']], receivedAt: receivedAt + 2_000 },
      ],
      { layout: '/{topic}/{routingKey}/{HH}' },
    )
    assert.deepEqual(paths(sealed), [
      'p/a/_none/19/abcdefgh-0000000000000010-99.jsonl',
      'p/b/k/19/abcdefgh-0000000000000010-99.jsonl',
      'p/b/k/20/abcdefgh-0000000000000010-99.jsonl',
    ])
    assert.deepEqual(
      sealed.parts.map(({ manifestPart: { count, first, last } }) => [count, first, last]),
      [
        [2, 11, 12],
        [1, 10, 10],
        [1, 13, 13],
      ],
    )
  })

  it('has names without a slash too many: no path, no folders', async () => {
    const sealed = await seal([{ position: 0, runs: [['a', null, '1']] }], { path: '', layout: '/' })
    assert.deepEqual(paths(sealed), ['abcdefgh-0000000000000000-99.jsonl'])
  })

  it('names its files after the compression', async () => {
    for (const [compression, end] of [
      [{ kind: 'none' }, '.jsonl'],
      [{ kind: 'gzip', level: 1 }, '.jsonl.gz'],
      [{ kind: 'zstd', level: 1 }, '.jsonl.zst'],
    ] as const) {
      const [path] = paths(await seal([{ position: 0, runs: [['a', null, '1']] }], { compression }))
      assert.equal(path, `p/a/abcdefgh-0000000000000000-99${end}`)
    }
  })

  it('numbers the parts of a folder only when there are several', async () => {
    const event = JSON.stringify('x'.repeat(200_000))
    const sealed = await seal(
      [
        {
          position: 0,
          runs: [
            ['big', null, event, event, event, event, event],
            ['small', null, '1'],
          ],
        },
      ],
      { flush: { partMaxBytes: 300_000 } },
    )
    assert.deepEqual(paths(sealed), [
      'p/big/abcdefgh-0000000000000000-99-1.jsonl',
      'p/big/abcdefgh-0000000000000000-99-2.jsonl',
      'p/big/abcdefgh-0000000000000000-99-3.jsonl',
      'p/small/abcdefgh-0000000000000000-99.jsonl',
    ])
    assert.deepEqual(
      sealed.parts.map(({ manifestPart: { count, first, last } }) => [count, first, last]),
      [
        [2, 0, 1],
        [2, 2, 3],
        [1, 4, 4],
        [1, 5, 5],
      ],
    )
  })

  it('holds the events of the taken runs only, each under its own position', async () => {
    const sealed = await seal(
      [
        {
          position: 4,
          runs: [
            ['no', null, '0', '1'],
            ['yes', null, '2'],
            ['no', 'k', '3'],
            ['yes', 'k', '4', '5'],
          ],
        },
        { position: 10, runs: [['yes', null, '6']] },
      ],
      { envelopeFields: ['eventId'] },
      { takes: (topic) => topic === 'yes' },
    )
    const events = sealed.contents[0]!.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      events.map(({ clientEvent, eventId }) => `${clientEvent} ${eventId}`),
      ['2 abcdefgh-6', '4 abcdefgh-8', '5 abcdefgh-9', '6 abcdefgh-10'],
    )
    assert.equal(sealed.manifest.count, 4)
  })

  it('keeps the lines of a folder in the order of their positions, whatever labels lead there', async () => {
    const sealed = await seal(
      [
        {
          position: 0,
          runs: [
            ['a', 'x', '0'],
            ['a', 'y', '1'],
            ['a', 'x', '2'],
            ['a', null, '3'],
          ],
        },
      ],
      { layout: '/{topic}' },
    )
    assert.equal(sealed.parts.length, 1)
    assert.deepEqual(
      [...sealed.contents[0]!.matchAll(/"clientEvent":(\d)/g)].map(([, event]) => event),
      ['0', '1', '2', '3'],
    )
  })

  it('sums up in its manifest what the parts hold and what came before', async () => {
    const { manifest, parts } = await seal([
      {
        position: 10,
        runs: [
          ['b', null, '1'],
          ['a', null, '2', '3'],
          ['10', null, '4'],
          ['__proto__', null, '5'],
        ],
      },
    ])
    const { settings, parts: listed, topics, ...facts } = manifest
    assert.deepEqual(facts, {
      format: 'hansard-manifest-1',
      destination: 'd',
      lane: 'abcdefgh',
      epoch: 7,
      first: 10,
      last: 99,
      previousLast: 5,
      count: 5,
      countTotal: 105,
      revision: 3,
    })
    assert.deepEqual(Object.entries(topics), [
      ['10', 1],
      ['__proto__', 1],
      ['a', 2],
      ['b', 1],
    ])
    assert.equal(settings.name, 'd')
    assert.deepEqual(
      listed,
      parts.map(({ manifestPart }) => manifestPart),
    )
  })

  it('is the same with a thousand partitions in little memory', async () => {
    const batches = Array.from(
      { length: 40 },
      (_, n): Batch => ({
        position: n * 100,
        runs: Array.from(
          { length: 100 },
          (_, m) => [`t${(n * 37 + m * 13) % 1_000}`, null, `"${n}.${m}"`] as const,
        ),
      }),
    )
    const change: DestinationSettingsChange = { compression: { kind: 'gzip', level: 1 } }
    const roomy = await seal(batches, change)
    const tight = await seal(batches, change, { memoryBytes: 5_000 })
    assert.equal(roomy.parts.length, 1_000)
    assert.deepEqual(tight.manifest, roomy.manifest)
  })
})
