import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorCode, errorCatalogue } from 'hansard-protocol'
import { readAnswer } from '../src/event-server/read-answer.ts'
import { refuse } from './scripted-server.ts'

function judge(status: number, text = ''): string {
  const verdict = readAnswer({ status, text, retryAfter: undefined }, 10)
  return verdict.kind === 'later'
    ? `later, ${verdict.mayBeStored ? 'may be stored' : 'not stored'}`
    : verdict.kind
}

test('obeys the catalogue: what says later is repeated, whatever the status', () => {
  for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
    if (errorCatalogue[code].retry !== 'later') continue
    const { status, text } = refuse(code)
    assert.match(judge(status, text), /^later/, code)
  }
})

test('gives up an event only when the server blames events', () => {
  for (const code of ['EVENT_INVALID', 'EVENT_TOO_LARGE', 'BODY_TOO_LARGE', 'TOPIC_INVALID'] as const) {
    const { status, text } = refuse(code, { index: 3 })
    assert.deepEqual(readAnswer({ status, text, retryAfter: undefined }, 10), {
      kind: 'refused',
      code,
      reason: `Refused: ${code}. (${code})`,
      index: 3,
    })
  }
  for (const code of [
    'ROUTE_UNKNOWN',
    'METHOD_NOT_ALLOWED',
    'HEADER_INVALID',
    'BODY_ENCODING_BROKEN',
  ] as const) {
    const { status, text } = refuse(code)
    assert.equal(judge(status, text), 'later, not stored', code)
  }
  const denied = refuse('TOPIC_INVALID', { index: 3 })
  assert.equal(judge(403, denied.text), 'later, not stored')
})

test('a 2xx without a receipt that adds up is no promise', () => {
  const receipts = [
    '',
    'OK',
    '[]',
    '{"accepted":10}',
    '{"accepted":9,"lane":"x"}',
    '{"accepted":11,"lane":"x"}',
  ]
  for (const text of receipts) assert.equal(judge(200, text), 'later, may be stored', text)
  assert.equal(judge(200, '{"accepted":10,"lane":"x"}'), 'accepted')
  assert.equal(judge(200, '{"accepted":4,"duplicates":6,"lane":"x"}'), 'accepted')
  assert.equal(judge(200, '{"accepted":0,"duplicate":true,"lane":"x"}'), 'accepted')
})

test('judges by the status what something in between answers', () => {
  assert.equal(judge(413, '<html>'), 'refused')
  for (const status of [301, 400, 401, 403, 404, 408, 425, 429])
    assert.equal(judge(status), 'later, not stored')
  for (const status of [500, 502, 503, 504]) assert.equal(judge(status), 'later, may be stored')
})
