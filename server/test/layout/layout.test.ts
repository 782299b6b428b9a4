import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseLayout } from '../../src/layout/layout.ts'

const refusals: [pattern: string, column: number, text: RegExp][] = [
  ['/{topic}/{year}', 10, /\{year\} is not known.*\{yyyy\}/],
  ['/{topic', 2, /not closed/],
  ['/topic}', 7, /closes nothing/],
  ['/{topic}/{topic}', 10, /second time/],
  ['/{topic}//{yyyy}', 10, /missing/],
  ['//', 2, /missing/],
  ['/../{topic}', 2, /starts with `\.`/],
  ['/./{topic}', 2, /starts with `\.`/],
  ['/a./{topic}', 2, /ends with `\.`/],
  ['/ a', 2, /space/],
  ['/a\\b', 2, /`\\`/],
  ['/a\u0000b', 2, /control/],
  ['/a%b', 2, /`%`/],
  ['/x/_hansard', 4, /kept for Hansard/],
  ['/_{topic}', 2, /kept for Hansard/],
  ['/con', 2, /`con`/],
  ['/NUL.{topic}', 2, /`nul`/],
  ['/c{topic}', 2, /`con`/],
  ['/{topic}n', 2, /`con`/],
  ['/{topic}ock$', 2, /clock\$/],
  ['/{topic}-{routingKey}', 2, /share one folder name/],
  [`/${'x'.repeat(50)}{topic}`, 2, /256 bytes/],
  [`/${'x'.repeat(256)}`, 2, /256 bytes/],
  ['/a'.repeat(17), 1, /17 levels/],
]

describe('a layout', () => {
  for (const [pattern, column, text] of refusals) {
    it(`refuses ${JSON.stringify(pattern.slice(0, 30))} and says where and why`, () => {
      assert.throws(
        () => parseLayout(pattern),
        (error: { code: string; facts: { column: number }; message: string }) => {
          assert.equal(error.code, 'CONFIG_INVALID')
          assert.equal(error.facts.column, column)
          assert.match(error.message, text)
          return true
        },
      )
    })
  }

  it('means no folders when it is empty or a slash', () => {
    assert.deepEqual(parseLayout('').segments, [])
    assert.deepEqual(parseLayout('/').segments, [])
  })

  it('takes text around fields, and does without slashes at its ends', () => {
    const { segments, fields } = parseLayout('topic={topic}/{yyyy}-{MM}-{dd}/')
    assert.deepEqual(segments[0], [{ literal: 'topic=' }, { field: 'topic' }])
    assert.equal(segments[1]?.length, 5)
    assert.deepEqual([...fields], ['topic', 'yyyy', 'MM', 'dd'])
    assert.equal(parseLayout('/com{MM}/{topic}.d').segments.length, 2)
  })
})
