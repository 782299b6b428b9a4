import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { type ErrorCode, errorCatalogue, HansardError } from 'hansard-protocol'
import type { Sender } from '../../src/ingest/intake.ts'
import { type Answer, type Call, openTestListener } from './open-test-listener.ts'
import { openSocket, readAll, until } from './raw-connection.ts'

function checkProblem(answer: Answer, code: ErrorCode, place = ''): void {
  const { status, retry, title } = errorCatalogue[code]
  assert.equal(answer.problem?.code, code, `${place} ${answer.text}`)
  assert.equal(answer.status, status, place)
  assert.equal(answer.headers['content-type'], 'application/problem+json', place)
  assert.equal(answer.headers['content-length'], String(Buffer.byteLength(answer.text)), place)
  const { type, title: shownTitle, status: shownStatus, retry: shownRetry, detail } = answer.problem
  assert.deepEqual(
    { type, title: shownTitle, status: shownStatus, retry: shownRetry },
    { type: `urn:hansard:error:${code}`, title, status, retry },
  )
  assert.ok(detail.length > 0, place)
  if (retry === 'later') assert.match(answer.headers['retry-after'] ?? '', /^[1-9]\d*$/, place)
  else assert.equal(answer.headers['retry-after'], undefined, place)
}

const ndjson = { 'content-type': 'application/x-ndjson' }
const json = { 'content-type': 'application/json' }

it('answers with a receipt to every form of body', async (t) => {
  const { send, journal } = await openTestListener(t)
  const calls: [count: number, call: Call][] = [
    [1, { headers: json, body: '{"a":1}' }],
    [2, { headers: json, body: '[{"a":1},{"a":2}]' }],
    [2, { headers: ndjson, body: '{"a":1}\n{"a":2}\n' }],
    [1, { headers: { 'content-type': 'Application/JSON; charset=utf-8' } }],
    [1, { headers: { 'content-type': 'application/jsonl' } }],
    [2, { body: '{}{}' }],
    [2, { headers: { ...ndjson, 'content-encoding': 'gzip' }, body: gzipSync('{}\n{}') }],
    [
      3,
      {
        headers: { 'content-encoding': 'zstd' },
        body: Buffer.concat([
          zstdCompressSync('{}'),
          zstdCompressSync('[{'.slice(1)),
          zstdCompressSync('}{}'),
        ]),
      },
    ],
    [1, { path: '/v1/events/generic/some%2Fkey?x=1' }],
    [1, { path: '/v1/events', body: '{"topic":"t","event":{}}' }],
    [1, { path: '/v1/events', headers: { 'event-topic': 't', 'transfer-encoding': 'chunked' } }],
  ]
  let position = 0
  for (const [count, call] of calls) {
    const { status, receipt, headers } = await send(call)
    assert.equal(status, 200)
    assert.equal(headers['content-type'], 'application/json')
    const { receivedAt, ...rest } = receipt
    assert.deepEqual(rest, { accepted: count, lane: journal.lane, position })
    assert.equal(new Date(receivedAt).toISOString(), receivedAt)
    position += count
  }
  assert.equal(journal.end.position, position)
})

it('refuses with the code and status of the catalogue, and stores nothing', async (t) => {
  const { send, journal, refused } = await openTestListener(t, {
    limits: {
      bodyBytesMax: 2_000,
      decodedBytesMax: 4_000,
      eventBytesMax: 1_000,
      eventsPerRequestMax: 5,
      depthMax: 3,
    },
  })
  const source = { 'event-source': 'a' }
  const calls: [code: ErrorCode, call: Call][] = [
    ['ROUTE_UNKNOWN', { path: '/' }],
    ['ROUTE_UNKNOWN', { path: '/v1/events/a/b/c' }],
    ['ROUTE_UNKNOWN', { method: 'GET', path: '/health' }],
    ['METHOD_NOT_ALLOWED', { method: 'GET' }],
    ['METHOD_NOT_ALLOWED', { method: 'PUT' }],
    ['METHOD_NOT_ALLOWED', { method: 'DELETE', path: '/v1/events' }],
    ['TOPIC_MISSING', { path: '/v1/events', headers: { 'event-routing-key': 'a' } }],
    ['ADDRESS_AMBIGUOUS', { headers: { 'event-topic': 'other' } }],
    ['TOPIC_INVALID', { path: '/v1/events/%00' }],
    ['ROUTING_KEY_INVALID', { path: '/v1/events/a//' }],
    ['HEADER_INVALID', { path: '/v1/events/%' }],
    ['HEADER_INVALID', { headers: source }],
    ['HEADER_INVALID', { headers: { 'event-sequence': '1' } }],
    ['HEADER_INVALID', { headers: { ...source, 'event-sequence': '-1' } }],
    ['HEADER_INVALID', { headers: { ...source, 'event-sequence': '1.0' } }],
    ['HEADER_INVALID', { headers: { ...source, 'event-sequence': '1234567890123456' } }],
    ['HEADER_INVALID', { headers: { 'idempotency-key': '' } }],
    ['HEADER_INVALID', { headers: { 'event-node': '' } }],
    ['HEADER_INVALID', { headers: { 'idempotency-key': 'x'.repeat(257) } }],
    ['CONTENT_TYPE_UNSUPPORTED', { headers: { 'content-type': 'text/plain' } }],
    ['CONTENT_TYPE_UNSUPPORTED', { headers: { 'content-type': '' } }],
    ['CONTENT_ENCODING_UNSUPPORTED', { headers: { 'content-encoding': 'br' } }],
    ['BODY_TOO_LARGE', { body: 'x'.repeat(2_001) }],
    ['BODY_TOO_LARGE', { headers: { 'transfer-encoding': 'chunked' }, body: 'x'.repeat(2_001) }],
    ['BODY_TOO_LARGE', { headers: { 'content-encoding': 'gzip' }, body: gzipSync(' '.repeat(4_001)) }],
    ['BODY_ENCODING_BROKEN', { headers: { 'content-encoding': 'gzip' } }],
    ['BODY_EMPTY', { body: ' ' }],
    ['BODY_NOT_UTF8', { body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }],
    ['EVENTS_TOO_MANY', { body: '{}'.repeat(6) }],
    ['EVENT_INVALID', { body: '{}{]' }],
    ['EVENT_TOO_LARGE', { body: `{"a":"${'x'.repeat(1_000)}"}` }],
    ['EVENT_TOO_DEEP', { body: '{"a":{"b":{"c":{}}}}' }],
    ['WRAPPER_INVALID', { path: '/v1/events' }],
  ]
  for (const [code, call] of calls) {
    const answer = await send(call)
    checkProblem(answer, code, JSON.stringify(call))
    assert.equal(answer.headers.allow, code === 'METHOD_NOT_ALLOWED' ? 'POST' : undefined)
    assert.deepEqual(refused.at(-1), [code, 0])
  }
  assert.equal(journal.end.position, 0)
  assert.equal(refused.length, calls.length)
  const { problem } = await send({ body: '{}\n\n{"a":tru}' })
  assert.deepEqual([problem.index, problem.offset], [1, 12])
})

it('gives the status of the catalogue to whatever the intake throws, with the events that it cost', async (t) => {
  const codes = Object.keys(errorCatalogue) as ErrorCode[]
  let next: unknown
  const { send, refused } = await openTestListener(t, { accept: () => Promise.reject(next) })
  for (const code of codes) {
    next = new HansardError(code, 'Because.', { facts: { more: 7 } })
    const answer = await send({ body: '{}{}' })
    checkProblem(answer, code)
    assert.equal(answer.problem.more, 7)
    assert.deepEqual(refused.at(-1), [code, 2])
  }
  next = new TypeError('a secret of the code')
  const answer = await send()
  checkProblem(answer, 'INTERNAL')
  assert.doesNotMatch(answer.text, /secret/)
})

it('answers 503 when the journal is full, and 409 when a key comes back with another body', async (t) => {
  const { send, refused } = await openTestListener(t, { diskBytesMax: 3_000 })
  const key = { 'idempotency-key': 'one' }
  assert.equal((await send({ headers: key })).status, 200)
  checkProblem(await send({ headers: key, body: '{"a":1}' }), 'IDEMPOTENCY_KEY_REUSED')
  const repeat = await send({ headers: key })
  assert.deepEqual([repeat.status, repeat.receipt.accepted, repeat.receipt.duplicate], [200, 0, true])
  checkProblem(await send({ body: `{"a":"${'x'.repeat(3_000)}"}` }), 'JOURNAL_FULL')
  assert.deepEqual(refused, [
    ['IDEMPOTENCY_KEY_REUSED', 1],
    ['JOURNAL_FULL', 1],
  ])
})

it('tells whether it lives and whether it is ready', async (t) => {
  const opened = await openTestListener(t)
  const probe = async (path: string, method = 'GET') => {
    const { status, text } = await opened.send({ path, method })
    return [status, text]
  }
  assert.deepEqual(await probe('/livez'), [200, 'alive\n'])
  assert.deepEqual(await probe('/readyz'), [200, 'ready\n'])
  assert.deepEqual(await probe('/livez', 'HEAD'), [200, ''])
  opened.notReadyReason = new HansardError('JOURNAL_WRITE_FAILED', 'The disk is gone.')
  assert.deepEqual(await probe('/livez'), [200, 'alive\n'])
  assert.deepEqual(await probe('/readyz'), [503, 'not ready: The disk is gone.\n'])
  checkProblem(await opened.send(), 'JOURNAL_WRITE_FAILED')
  opened.notReadyReason = undefined
  assert.equal((await opened.send()).status, 200)
})

it('answers HEAD without a body, and goes on over the same connection', async (t) => {
  const opened = await openTestListener(t)
  for (const [path, status] of [
    ['/v1/events/generic', 405],
    ['/nowhere', 404],
  ] as const) {
    const answer = await opened.send({ method: 'HEAD', path })
    assert.deepEqual([answer.status, answer.text], [status, ''])
  }
  assert.equal((await opened.send()).status, 200)
  assert.equal(opened.connections, 1)
})

it('keeps the connection after a refusal', async (t) => {
  const opened = await openTestListener(t)
  for (const call of [
    { body: '{]' },
    { path: '/nowhere' },
    { method: 'GET' },
    { headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(100_000) },
    { headers: { 'event-source': 'a' }, body: '' },
  ]) {
    assert.ok((await opened.send(call)).status >= 400)
    assert.equal((await opened.send()).status, 200)
  }
  assert.equal(opened.connections, 1)
})

it('lets a sender read the refusal although its body is still on its way', async (t) => {
  const opened = await openTestListener(t, { limits: { bodyBytesMax: 1_000_000 } })
  const large = Buffer.alloc(24 * 1024 * 1024, 'x')
  checkProblem(await opened.send({ body: large }), 'BODY_TOO_LARGE')
  checkProblem(
    await opened.send({ body: large, headers: { 'transfer-encoding': 'chunked' } }),
    'BODY_TOO_LARGE',
  )
  checkProblem(await opened.send({ body: large, path: '/nowhere' }), 'ROUTE_UNKNOWN')
  opened.notReadyReason = new HansardError('JOURNAL_FULL', 'Later.')
  checkProblem(await opened.send({ body: large.subarray(0, 900_000) }), 'JOURNAL_FULL')
})

it('closes the connection of a sender that does not stop sending what nobody wants', async (t) => {
  const { listener, refused } = await openTestListener(t)
  const socket = await openSocket(listener.port)
  socket.on('error', () => {})
  socket.write('POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
  const text = readAll(socket).catch(() => '')
  const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`
  while (!socket.destroyed && socket.writable) {
    if (!socket.write(piece)) await Promise.race([new Promise((go) => socket.once('drain', go)), text])
    await nextTurn()
  }
  await text
  assert.deepEqual(refused, [['ROUTE_UNKNOWN', 0]])
})

it('stores nothing of a body whose connection breaks', async (t) => {
  const { listener, refused, journal, send } = await openTestListener(t)
  const socket = await openSocket(listener.port)
  socket.write('POST /v1/events/a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a":1}\n')
  await until(() => listener.requestsInFlight === 1)
  socket.destroy()
  await until(() => listener.requestsInFlight === 0)
  assert.deepEqual(refused, [['BODY_INCOMPLETE', 0]])
  assert.equal((await send()).receipt.position, 0)
  assert.equal(journal.end.position, 1)
})

it('refuses what is no HTTP, and a request with two lengths', async (t) => {
  const { listener, journal } = await openTestListener(t)
  const smuggled =
    'POST /v1/events/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'
  for (const bytes of ['\u0016\u0003\u0001 nonsense\r\n\r\n', smuggled]) {
    const socket = await openSocket(listener.port)
    socket.write(bytes)
    assert.match(await readAll(socket), /^HTTP\/1\.1 400 /)
  }
  assert.equal(journal.end.position, 0)
})

it('refuses beyond its bound on bytes in flight, before it reads them', async (t) => {
  const limits = { bodyBytesMax: 1_000_000, decodedBytesMax: 1_000_000, inFlightBytesMax: 1_000_000 }
  const { listener, send } = await openTestListener(t, { limits })
  const socket = await openSocket(listener.port)
  const body = `{"a":"${'x'.repeat(900_000)}"}`
  socket.write(
    `POST /v1/events/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  await until(() => listener.requestsInFlight === 1)
  checkProblem(await send({ body: 'x'.repeat(200_000) }), 'BUSY')
  checkProblem(await send({ headers: { 'transfer-encoding': 'chunked' } }), 'BUSY')
  assert.equal((await send()).status, 200, 'a small one finds room')
  socket.write(body)
  assert.match(await readAll(socket), /^HTTP\/1\.1 200 /)
  assert.equal((await send({ body })).status, 200)
})

it('answers what is in flight and refuses what is new while it closes', async (t) => {
  const { listener, journal, send } = await openTestListener(t)
  assert.equal((await send()).status, 200)
  const slow = await openSocket(listener.port)
  slow.write('POST /v1/events/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{')
  await until(() => listener.requestsInFlight === 1)
  const closed = listener.close()
  const refusal = await send()
  checkProblem(refusal, 'SHUTTING_DOWN')
  assert.equal(refusal.headers.connection, 'close')
  assert.equal((await send({ path: '/readyz', method: 'GET' })).status, 503)
  assert.equal((await send({ path: '/livez', method: 'GET' })).status, 200)
  slow.write('}')
  assert.match(await readAll(slow), /^HTTP\/1\.1 200 /)
  await closed
  assert.equal(journal.end.position, 2)
  await assert.rejects(send(), { code: 'ECONNREFUSED' })
})

it('does not wait for ever for a request that never ends while it closes', async (t) => {
  const { listener, refused } = await openTestListener(t)
  const stuck = await openSocket(listener.port)
  stuck.write('POST /v1/events/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{')
  await until(() => listener.requestsInFlight === 1)
  await listener.close(10)
  await until(() => listener.requestsInFlight === 0)
  assert.equal(await readAll(stuck).catch(() => ''), '')
  assert.deepEqual(refused, [['BODY_INCOMPLETE', 0]])
})

it('passes on what a sender says of its node and its clock, and lets no Date spoil a request', async (t) => {
  const senders: Sender[] = []
  const { send } = await openTestListener(t, {
    accept: async (_batch, sender) => {
      senders.push(sender)
      return { accepted: 1, lane: '', position: 0, receivedAt: '' }
    },
  })
  const numbered = { 'event-source': 'a', 'event-sequence': '0', 'event-node': 'design' }
  const date = new Date(Date.now() + 3_600_000).toUTCString()
  for (const headers of [{ ...numbered, date }, { ...numbered, date: 'soon' }, { date }]) {
    assert.equal((await send({ headers })).status, 200)
  }
  const [told, unclear, plain] = senders
  assert.equal(told!.node, 'design')
  assert.ok(told!.clockSkewMs! > 1_800_000 && told!.clockSkewMs! <= 3_600_500)
  assert.equal(unclear!.clockSkewMs, undefined)
  assert.deepEqual([plain!.node, plain!.clockSkewMs], [undefined, undefined])
})
