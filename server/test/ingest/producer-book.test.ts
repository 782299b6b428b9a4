import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { HansardError } from 'hansard-protocol'
import { gapsPerProducerMax, ProducerBook, type Sighting } from '../../src/ingest/producer-book.ts'

const expand = (runs: Iterable<readonly [number, number, ...unknown[]]>): number[] =>
  Array.from(runs).flatMap(([first, count]) => Array.from({ length: count }, (_, index) => first + index))

const at = (lastSeenAt: number): Sighting => ({ lastSeenAt, address: '10.0.0.7', node: null })

it('never drops a number that was not stored, never stores one twice, and knows the gaps', () => {
  const request = fc.record({
    source: fc.constantFrom('a', 'b'),
    first: fc.nat(60),
    count: fc.integer({ min: 1, max: 15 }),
    isStored: fc.boolean(),
    isRestarted: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(request, { maxLength: 40 }), (requests) => {
      let book = new ProducerBook()
      const stored = new Map([
        ['a', new Set<number>()],
        ['b', new Set<number>()],
      ])
      for (const { source, first, count, isStored, isRestarted } of requests) {
        const numbers = stored.get(source)!
        const missing = book.findMissing(source, first, count)
        assert.deepEqual(
          expand(missing),
          expand([[first, count]]).filter((number) => !numbers.has(number)),
        )
        // A refused request changes nothing; a stored one may be noted again after a crash.
        if (isStored) {
          book.add(source, missing, at(1))
          book.add(source, missing, at(2))
          for (const number of expand(missing)) numbers.add(number)
        }
        if (isRestarted) {
          const saved = JSON.parse(JSON.stringify([...book.entries()]))
          book = new ProducerBook()
          book.restore(saved)
        }
      }
      let gapsTogether = 0
      let gapped = 0
      for (const [source, { next, gaps }] of book.entries()) {
        const numbers = stored.get(source)!
        assert.equal(next, numbers.size === 0 ? 0 : Math.max(...numbers) + 1)
        const expected = expand([[0, next]]).filter((number) => !numbers.has(number))
        assert.deepEqual(expand(gaps), expected)
        gapsTogether += expected.length
        if (gaps.length > 0) gapped++
        for (const [index, [first]] of gaps.entries()) {
          const before = gaps[index - 1]
          assert.ok(before === undefined || before[0] + before[1] < first, 'gaps are apart')
        }
      }
      const openSince = gapped > 0 ? 1 : undefined
      assert.deepEqual(book.sumGaps(), { producers: gapped, events: gapsTogether, openSince })
    }),
    { numRuns: 500 },
  )
})

it('takes a producer that begins late, and counts what came before as missing', () => {
  const book = new ProducerBook()
  assert.deepEqual(book.findMissing('a', 1_000_000, 2), [[1_000_000, 2]])
  book.add('a', [[1_000_000, 2]], at(0))
  assert.equal(book.sumGaps().events, 1_000_000)
})

it('knows since when each gap is open, also when it was divided', () => {
  const book = new ProducerBook()
  book.add('a', [[10, 1]], at(100))
  book.add('a', [[20, 1]], at(200))
  book.add('a', [[4, 2]], at(300))
  const [entry] = book.entries()
  assert.deepEqual(entry![1].gaps, [
    [0, 4, 100],
    [6, 4, 100],
    [11, 9, 200],
  ])
  assert.equal(book.sumGaps().openSince, 100)
  book.add('a', [[0, 10]], at(400))
  assert.equal(book.sumGaps().openSince, 200)
})

it('refuses newer events while too many gaps are open, but takes what closes or shrinks them', () => {
  const book = new ProducerBook()
  for (let gap = 0; gap < gapsPerProducerMax; gap++) book.add('a', [[2 * gap + 1, 1]], at(0))
  const next = 2 * gapsPerProducerMax
  const tooFragmented = (error: unknown): boolean =>
    error instanceof HansardError && error.code === 'SEQUENCE_TOO_FRAGMENTED' && error.facts.expected === 0
  assert.throws(() => book.findMissing('a', next + 1, 1), tooFragmented)
  assert.deepEqual(book.findMissing('a', next, 1), [[next, 1]], 'no new gap')
  assert.deepEqual(book.findMissing('a', 0, 1), [[0, 1]])
  book.add('a', [[0, 1]], at(0))
  assert.deepEqual(book.findMissing('a', next + 1, 1), [[next + 1, 1]])
})

it('bounds the gaps of a producer that fills a wide gap here and there', () => {
  const book = new ProducerBook()
  book.add('a', [[1_000_000, 1]], at(0))
  let refused = 0
  for (let number = 1; number < 4 * gapsPerProducerMax; number += 2) {
    try {
      book.add('a', book.findMissing('a', number, 1), at(0))
    } catch (error) {
      assert.ok(error instanceof HansardError && error.code === 'SEQUENCE_TOO_FRAGMENTED')
      refused++
    }
  }
  const [entry] = book.entries()
  const { gaps } = entry![1]
  assert.equal(gaps.length, gapsPerProducerMax)
  assert.equal(refused, gapsPerProducerMax + 1)
})
