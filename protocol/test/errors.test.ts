import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { type ErrorCode, errorCatalogue, HansardError, makeProblem } from 'hansard-protocol'

const root = new URL('../../', import.meta.url)

/** Codes that keep their place for rooms that are not built yet. A code that gets used must leave this list. */
const reserved: readonly ErrorCode[] = []

const rows = Object.entries(errorCatalogue)

describe('the error catalogue', () => {
  it('names each code once', () => {
    const source = readFileSync(new URL('protocol/src/errors.ts', root), 'utf8')
    const codes = [...source.matchAll(/^ {2}([A-Z0-9_]+): row\(/gm)].map(([, code]) => code!)
    assert.equal(new Set(codes).size, codes.length)
    assert.deepEqual(
      codes,
      rows.map(([code]) => code),
    )
    for (const code of codes) assert.match(code, /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/)
  })

  it('gives each code a status of an HTTP error, and one sentence of its own', () => {
    for (const [code, { status, title }] of rows) {
      assert.ok(Number.isInteger(status) && status >= 400 && status <= 599, code)
      assert.match(title, /^[A-Z][^\n]*[^.]\.$/, code)
    }
    assert.equal(new Set(rows.map(([, { title }]) => title)).size, rows.length)
  })

  it('says "later" exactly where the status tells clients to come again', () => {
    for (const [code, { status, retry }] of rows) {
      if (status === 429 || status === 503) assert.equal(retry, 'later', code)
      // What was cut off or came too slowly are the faults of a client that heal by sending the same again.
      else if (status < 500 && !['BODY_INCOMPLETE', 'REQUEST_TOO_SLOW'].includes(code)) {
        assert.equal(retry, 'never', code)
      }
    }
  })

  it('has no code that nobody uses', () => {
    const sources = globSync('{protocol,journal,server}/src/**/*.ts', { cwd: root })
      .filter((path) => path !== 'protocol/src/errors.ts')
      .map((path) => readFileSync(new URL(path, root), 'utf8'))
      .join('\n')
    const isUsed = (code: string): boolean => new RegExp(`['"\`]${code}['"\`]`).test(sources)
    const unused = rows.map(([code]) => code).filter((code) => !isUsed(code))
    assert.deepEqual(unused, [...reserved], 'these codes of the catalogue are not used in any source')
  })
})

describe('an error', () => {
  it('knows its retry word and keeps its cause', () => {
    const cause = new Error('below')
    const error = new HansardError('BUSY', 'Too much at once.', { cause, facts: { inFlightBytes: 7 } })
    assert.equal(error.retry, 'later')
    assert.equal(error.cause, cause)
    assert.equal(error.name, 'HansardError')
    assert.ok(!('cause' in new HansardError('BUSY', 'Too much at once.')))
  })

  it('travels as a problem document with its facts, without its cause', () => {
    const error = new HansardError('EVENT_INVALID', 'Event 3 is a number.', {
      facts: { index: 3 },
      cause: new Error('secret'),
    })
    assert.deepEqual(makeProblem(error), {
      type: 'urn:hansard:error:EVENT_INVALID',
      title: 'An event is not a JSON object.',
      status: 400,
      code: 'EVENT_INVALID',
      retry: 'never',
      detail: 'Event 3 is a number.',
      index: 3,
    })
  })
})
