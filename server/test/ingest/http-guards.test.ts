import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestListener, type TestListener } from './open-test-listener.ts'
import { exchange, listAnswers, openSocket, readAll, until } from './raw-connection.ts'

const start = 'POST /v1/events/a HTTP/1.1\r\nHost: x\r\n'
const chunked = '2\r\n{}\r\n0\r\n\r\n'
/** What an attacker hopes that the server takes for a request of its own. */
const next = 'POST /v1/events/smuggled HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}'
/** A request with these headers and a body of a plain length. */
const plain = (headers: string): string => `${start}${headers}Content-Length: 2\r\n\r\n{}`

const invalid = '400 HTTP_INVALID'
const tooLarge = '431 HEADERS_TOO_LARGE'

const attacks: readonly (readonly [name: string, bytes: string, answer?: string])[] = [
  // Two readings of one thing.
  ['two hosts', plain('Host: y\r\n')],
  ['two equal hosts', plain('host: x\r\n')],
  ['no host', 'POST /v1/events/a HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}'],
  ['a host that is none', 'POST /v1/events/a HTTP/1.1\r\nHost: a b/c@d\r\nContent-Length: 2\r\n\r\n{}'],
  ['two keys', plain('Authorization: Bearer a\r\nAuthorization: Bearer b\r\n')],
  ['two topics', plain('Event-Topic: a\r\nEvent-Topic: b\r\n')],
  ['two idempotency keys', plain('Idempotency-Key: a\r\nIdempotency-Key: b\r\n')],
  ['two types', plain('Content-Type: application/json\r\nContent-Type: text/plain\r\n')],
  ['two encodings', plain('Content-Encoding: identity\r\nContent-Encoding: gzip\r\n')],
  ['two lengths', plain('Content-Length: 2\r\n')],
  ['a list of lengths', `${start}Content-Length: 2, 2\r\n\r\n{}`],
  ['a length with a sign', `${start}Content-Length: +2\r\n\r\n{}`],
  ['a length below zero', `${start}Content-Length: -2\r\n\r\n{}`],
  ['a length in hex', `${start}Content-Length: 0x2\r\n\r\n{}`],
  ['a length that is empty', `${start}Content-Length: \r\n\r\n{}`],
  ['a length that no number holds', `${start}Content-Length: 99999999999999999999\r\n\r\n{}`],
  ['length and chunks', `${start}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`],
  ['chunks and length', `${start}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n${chunked}`],
  // Transfer-Encoding other than exactly chunked.
  ['chunks in gzip', `${start}Transfer-Encoding: gzip, chunked\r\n\r\n${chunked}`],
  ['gzip over chunks', `${start}Transfer-Encoding: chunked, gzip\r\n\r\n${chunked}`],
  ['chunks twice', `${start}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`],
  [
    'chunks behind identity',
    `${start}Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`,
  ],
  ['identity', `${start}Transfer-Encoding: identity\r\n\r\n${chunked}`],
  ['a word like chunked', `${start}Transfer-Encoding: xchunked\r\n\r\n${chunked}`],
  ['chunked with a control character', `${start}Transfer-Encoding: \x0bchunked\r\n\r\n${chunked}`],
  ['chunked with a comma', `${start}Transfer-Encoding: chunked,\r\n\r\n${chunked}`],
  ['an empty coding', `${start}Transfer-Encoding: \r\n\r\n${chunked}`],
  [
    'chunks in HTTP/1.0',
    `POST /v1/events/a HTTP/1.0\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n${chunked}`,
  ],
  ['a chunk with a size in another form', `${start}Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n`],
  ['a chunk with a sign', `${start}Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n`],
  ['a chunk with a space', `${start}Transfer-Encoding: chunked\r\n\r\n2 \r\n{}\r\n0\r\n\r\n`],
  [
    'a chunk that no number holds',
    `${start}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n`,
  ],
  ['a chunk with more than it says', `${start}Transfer-Encoding: chunked\r\n\r\n2\r\n{}}\r\n0\r\n\r\n`],
  ['chunks with bare line feeds', `${start}Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n`],
  [
    'a bare line feed behind a chunk extension',
    `${start}Transfer-Encoding: chunked\r\n\r\n2;a\n{}\r\n0\r\n\r\n`,
  ],
  [
    'headers behind the body',
    `${start}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nEvent-Topic: b\r\n\r\n`,
  ],
  [
    'a length behind the body',
    `${start}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n`,
  ],
  // Lines.
  ['a folded header', plain('X: a\r\n b\r\n')],
  ['a folded coding', `${start}Transfer-Encoding:\r\n chunked\r\n\r\n${chunked}`],
  ['lines with bare line feeds', 'POST /v1/events/a HTTP/1.1\nHost: x\nContent-Length: 2\n\n{}'],
  ['one bare line feed', plain('X: y\n')],
  ['a bare carriage return', plain('X: y\rZ: 1\r\n')],
  ['a bare line feed at the end of the headers', `${start}Content-Length: 2\r\n\n{}`],
  ['a space before the colon', `${start}Content-Length : 2\r\n\r\n{}`],
  ['a tab before the colon', `${start}Transfer-Encoding\t: chunked\r\n\r\n${chunked}`],
  ['a space in a name', plain('X Y: 2\r\n')],
  ['a header without a name', plain(': b\r\n')],
  ['a header without a colon', plain('Xb\r\n')],
  ['a space before the first header', 'POST /v1/events/a HTTP/1.1\r\n Host: x\r\n\r\n'],
  ['a NUL in a header', plain('X: a\0b\r\n')],
  ['a control character in a header', plain('X: a\x01b\r\n')],
  // The first line.
  [
    'another host in the address',
    'POST http://y/v1/events/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}',
  ],
  [
    'an address without a host',
    'POST http:///v1/events/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}',
  ],
  [
    'an address of another scheme',
    'POST file://x/v1/events/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}',
  ],
  ['an address that is a star', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['an address with a fragment', 'POST /v1/events/a#b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}'],
  ['an address beyond ASCII', 'POST /v1/events/\xff HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}'],
  [
    'a control character in the address',
    'POST /v1/events/a\x01 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}',
  ],
  ['TRACE', 'TRACE /v1/events/a HTTP/1.1\r\nHost: x\r\n\r\n', '405 METHOD_NOT_ALLOWED'],
  ['CONNECT', 'CONNECT y:1 HTTP/1.1\r\nHost: x\r\n\r\n', '405 METHOD_NOT_ALLOWED'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['HTTP/0.9', 'POST /v1/events/a HTTP/0.9\r\nHost: x\r\n\r\n'],
  ['HTTP/1.2', 'POST /v1/events/a HTTP/1.2\r\nHost: x\r\n\r\n'],
  ['HTTP/2.0', 'POST /v1/events/a HTTP/2.0\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}'],
  ['a method in small letters', 'post /v1/events/a HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['what is no request', '\x16\x03\x01 nonsense\r\n\r\n'],
  ['an Expect that nobody knows', plain('Expect: more\r\n')],
  // Sizes.
  ['more headers than the limit', plain('X: 1\r\n'.repeat(100)), tooLarge],
  ['larger headers than the limit', plain(`X: ${'y'.repeat(20_000)}\r\n`), tooLarge],
  ['a larger address than the limit', `POST /${'y'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, tooLarge],
  [
    'larger trailers than the limit',
    `${start}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
    tooLarge,
  ],
  [
    'a larger chunk extension than the limit',
    `${start}Transfer-Encoding: chunked\r\n\r\n2;${'y'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    tooLarge,
  ],
]

function checkNothingTaken(
  { journal, refused }: TestListener,
  codes: readonly string[],
  place: string,
): void {
  assert.equal(journal.end.position, 0, `${place}: an event was stored`)
  assert.deepEqual(
    refused.splice(0),
    codes.map((code) => [code.slice(4), 0]),
    place,
  )
}

describe('bytes that can be read in two ways, or in none', () => {
  it('get one clear refusal, and the connection is closed with what stands behind them', async (t) => {
    const opened = await openTestListener(t)
    for (const [name, bytes, answer = invalid] of attacks) {
      const text = await exchange(opened.listener.port, bytes + next)
      assert.deepEqual(listAnswers(text), [answer], `${name}: ${text}`)
      assert.match(text, /^connection: close\r$/im, name)
      checkNothingTaken(opened, [answer], name)
    }
  })

  it('are the same in pieces, one byte at a time', async (t) => {
    const opened = await openTestListener(t)
    for (const [name, bytes, answer = invalid] of attacks.filter(([, bytes]) => bytes.length < 200)) {
      const socket = await openSocket(opened.listener.port)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      const reading = readAll(socket).catch(() => '')
      for (const byte of bytes + next) {
        if (socket.writable) socket.write(Buffer.from(byte, 'latin1'))
        await new Promise((go) => setImmediate(go))
      }
      // Cut off while it still sends, it may not get to read the answer.
      const text = await reading
      if (text !== '') assert.deepEqual(listAnswers(text), [answer], `${name}: ${text}`)
      checkNothingTaken(opened, [answer], name)
    }
  })

  it('do not take the answer from the requests before them', async (t) => {
    for (const [name, bytes] of attacks) {
      const opened = await openTestListener(t)
      const text = await exchange(opened.listener.port, `${plain('')}${bytes}${next}`)
      assert.equal(listAnswers(text)[0], '200', `${name}: ${text}`)
      assert.equal(opened.journal.end.position, 1, name)
      await opened.listener.close()
    }
  })
})

describe('a connection', () => {
  it('goes on behind what HTTP allows', async (t) => {
    const { listener, journal } = await openTestListener(t)
    const requests = [
      plain('content-type: application/json\r\n'),
      `\r\n${plain('')}`,
      `${start}Transfer-Encoding: Chunked\r\n\r\n${chunked}`,
      `${start}Transfer-Encoding: chunked\r\n\r\n2;name=value\r\n{}\r\n0\r\n\r\n`,
      'POST http://X/v1/events/a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}',
      plain('X: 1\r\nX: 2\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: 10.0.0.2\r\nX-Name: \xff\r\n'),
      'GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}',
      plain('Connection: close\r\n'),
    ]
    assert.deepEqual(listAnswers(await exchange(listener.port, requests.join(''))), Array(8).fill('200'))
    assert.equal(journal.end.position, 7)
  })

  it('stays with HTTP/1.1 when asked to change, and ends behind that request', async (t) => {
    const opened = await openTestListener(t)
    const text = await exchange(opened.listener.port, plain('Connection: Upgrade\r\nUpgrade: h2c\r\n') + next)
    assert.deepEqual(listAnswers(text), ['200'])
    assert.equal(opened.journal.end.position, 1)
  })

  it('asks for a body only when the request may come in', async (t) => {
    const { listener, journal, refused } = await openTestListener(t)
    const socket = await openSocket(listener.port)
    let text = ''
    socket.on('data', (chunk) => (text += chunk))
    socket.write(`${start}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`)
    await until(() => text.includes('100 Continue'))
    socket.write('{}')
    await until(() => text.includes('200 OK'))
    assert.equal(journal.end.position, 1)
    socket.write('POST /nowhere HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n')
    await until(() => socket.readableEnded)
    assert.deepEqual(listAnswers(text), ['100', '200', '404 ROUTE_UNKNOWN'])
    assert.deepEqual(refused, [['ROUTE_UNKNOWN', 0]])
  })

  it('answers probes to GET and HEAD only', async (t) => {
    const { send } = await openTestListener(t)
    for (const path of ['/livez', '/readyz']) {
      const answer = await send({ path, method: 'POST' })
      assert.deepEqual([answer.status, answer.headers.allow], [405, 'GET, HEAD'])
    }
  })
})
