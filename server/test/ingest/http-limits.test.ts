import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { SimClock } from '../../../test/kit/sim-clock.ts'
import { openTestListener } from './open-test-listener.ts'
import { exchange, listAnswers, openSocket, readAll, until } from './raw-connection.ts'

const start = 'POST /v1/events/a HTTP/1.1\r\nHost: x\r\n'
const plain = `${start}Content-Length: 2\r\n\r\n{}`

describe('headers', () => {
  it('may be as many as the limit', async (t) => {
    const { listener } = await openTestListener(t, { limits: { headerCountMax: 10 } })
    const close = 'Connection: close\r\n'
    const withMore = (count: number): string =>
      `${start}${close}Content-Length: 2\r\n${'X: 1\r\n'.repeat(count)}\r\n{}`
    assert.deepEqual(listAnswers(await exchange(listener.port, withMore(7))), ['200'])
    for (const count of [8, 9, 3_000 / 'X: 1\r\n'.length]) {
      assert.deepEqual(listAnswers(await exchange(listener.port, withMore(count))), ['431 HEADERS_TOO_LARGE'])
    }
  })

  it('that do not come in time end the connection, with an answer', async (t) => {
    const { listener, refused } = await openTestListener(t, { limits: { headersTimeoutMs: 50 } })
    const texts = await Promise.all([
      exchange(listener.port, ''),
      exchange(listener.port, 'POST /v1/events/a HTTP/1.1\r\nHost: x\r\nX: '),
    ])
    for (const text of texts) {
      assert.deepEqual(listAnswers(text), ['408 REQUEST_TOO_SLOW'])
      assert.match(text, /^retry-after: 1\r$/m)
    }
    assert.equal(refused.length, 2)
  })
})

describe('a body', () => {
  it('that takes too long is refused, and nothing of it is stored', async (t) => {
    const clock = new SimClock()
    const limits = { bodyTimeoutMs: 30_000, bodyBytesPerSecondMin: 0 }
    const { listener, journal, refused } = await openTestListener(t, { clock, limits })
    const socket = await openSocket(listener.port)
    socket.write(`${start}Content-Length: 3\r\n\r\n{}`)
    await until(() => listener.requestsInFlight === 1)
    await clock.advance(30_000)
    assert.equal(listener.requestsInFlight, 1)
    await clock.advance(1_000)
    const text = await readAll(socket)
    assert.deepEqual(listAnswers(text), ['408 REQUEST_TOO_SLOW'])
    assert.match(text, /^connection: close\r$/im)
    assert.deepEqual([journal.end.position, refused], [0, [['REQUEST_TOO_SLOW', 0]]])
  })

  it('that comes too slowly is refused, one that is fast enough is not', async (t) => {
    const clock = new SimClock()
    const limits = { bodyTimeoutMs: 600_000, bodyBytesPerSecondMin: 10 }
    let taken = 0
    const { listener } = await openTestListener(t, {
      clock,
      limits,
      accept: async () => {
        taken++
        return { accepted: 1, lane: '', position: 0, receivedAt: '' }
      },
    })
    const slow = await openSocket(listener.port)
    const steady = await openSocket(listener.port)
    const head = `${start}Connection: close\r\nContent-Length: 402\r\n\r\n`
    slow.write(`${head}${' '.repeat(100)}`)
    steady.write(head)
    const [slowText, steadyText] = [readAll(slow), readAll(steady)]
    await until(() => listener.requestsInFlight === 2)
    for (let turn = 0; turn < 20; turn++) {
      steady.write(' '.repeat(20))
      await until(() => steady.writableLength === 0)
      // The bytes need some turns through the socket.
      for (let pause = 0; pause < 20; pause++) await clock.advance(0)
      await clock.advance(1_000)
    }
    assert.deepEqual(listAnswers(await slowText), ['408 REQUEST_TOO_SLOW'])
    steady.write('{}')
    assert.deepEqual(listAnswers(await steadyText), ['200'])
    assert.equal(taken, 1)
  })

  it('that grows too much in decompression is refused', async (t) => {
    const { send } = await openTestListener(t, { limits: { decompressionRatioMax: 20 } })
    const body = gzipSync('{"a":1}\n'.repeat(500_000))
    assert.equal(
      (await send({ body, headers: { 'content-encoding': 'gzip' } })).problem.code,
      'BODY_TOO_LARGE',
    )
  })
})

describe('connections', () => {
  const open = async (port: number, localAddress: string) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress })
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }

  it('are as many as the limits, in all and from each address; further ones are closed', async (t) => {
    const limits = { connectionsMax: 3, connectionsPerAddressMax: 2 }
    const { listener, refused } = await openTestListener(t, { limits })
    const first = await open(listener.port, '127.0.0.1')
    const kept = [first, await open(listener.port, '127.0.0.1')]
    for (const socket of kept) {
      socket.write(plain)
      await once(socket, 'data')
    }
    assert.equal(await readAll(await open(listener.port, '127.0.0.1')).catch(() => ''), '')
    const other = await open(listener.port, '127.0.0.2')
    other.write(plain)
    await once(other, 'data')
    assert.equal(await readAll(await open(listener.port, '127.0.0.3')).catch(() => ''), '')
    assert.deepEqual(refused, Array(2).fill(['CONNECTIONS_TOO_MANY', 0]))
    first.destroy()
    await once(first, 'close')
    // The server learns of the end a little later.
    let text = ''
    while (text === '')
      text = await exchange(listener.port, plain.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')).catch(
        () => '',
      )
    assert.deepEqual(listAnswers(text), ['200'])
    for (const socket of [...kept, other]) socket.destroy()
  })

  it('of a trusted proxy count only among all', async (t) => {
    const limits = { connectionsMax: 2, connectionsPerAddressMax: 1 }
    const { listener } = await openTestListener(t, { limits, proxies: ['127.0.0.0/8'] })
    const sockets = [await open(listener.port, '127.0.0.1'), await open(listener.port, '127.0.0.1')]
    for (const socket of sockets) {
      socket.write(plain)
      await once(socket, 'data')
      socket.destroy()
    }
  })

  it('by the thousand that say nothing do not keep a sender out, and are closed', async (t) => {
    const limits = { connectionsMax: 2_000, connectionsPerAddressMax: 500, headersTimeoutMs: 500 }
    const { listener, send } = await openTestListener(t, { limits })
    const idle = await Promise.all(Array.from({ length: 1_000 }, () => open(listener.port, '127.0.0.9')))
    assert.equal((await send()).status, 200)
    await Promise.all(idle.map((socket) => (socket.destroyed ? undefined : once(socket.resume(), 'close'))))
    assert.equal((await send()).status, 200)
  })

  it('of which the sender never reads do not hold up others', async (t) => {
    const { listener, send } = await openTestListener(t)
    const socket = await openSocket(listener.port)
    socket.on('error', () => {})
    socket.pause()
    for (let index = 0; index < 200; index++)
      socket.write('GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50))
    for (let index = 0; index < 20; index++) assert.equal((await send()).status, 200)
    socket.destroy()
  })
})

describe('a sender', () => {
  it('that sends more requests a second than it may is told when to come again', async (t) => {
    const clock = new SimClock()
    const { send } = await openTestListener(t, { clock, limits: { requestsPerSecondMax: 2 } })
    const status = async () => (await send()).status
    assert.deepEqual([await status(), await status()], [200, 200])
    const refusal = await send()
    assert.deepEqual(
      [refusal.status, refusal.problem.code, refusal.headers['retry-after']],
      [429, 'RATE_LIMITED', '1'],
    )
    await clock.advance(500)
    assert.deepEqual([await status(), await status()], [200, 429])
    await clock.advance(60_000)
    assert.deepEqual([await status(), await status(), await status()], [200, 200, 429])
  })

  it('that sends more bytes a second than it may waits until they are made up for', async (t) => {
    const clock = new SimClock()
    const { send } = await openTestListener(t, { clock, limits: { bytesPerSecondMax: 1_000 } })
    const body = `{"a":"${'x'.repeat(3_492)}"}`
    assert.equal((await send({ body })).status, 200)
    const refusal = await send()
    assert.deepEqual([refusal.problem.code, refusal.headers['retry-after']], ['RATE_LIMITED', '3'])
    await clock.advance(2_500)
    assert.equal((await send()).status, 429)
    await clock.advance(1)
    assert.equal((await send()).status, 200)
  })
})

it('while a request waits too long for the journal, new ones are told to come later', async (t) => {
  const clock = new SimClock()
  const receipt = { accepted: 1, lane: '', position: 0, receivedAt: '' }
  const waiting: (() => void)[] = []
  const { listener, send } = await openTestListener(t, {
    clock,
    limits: { queueAgeMaxMs: 5_000 },
    accept: () => new Promise((resolve) => waiting.push(() => resolve(receipt))),
  })
  const first = exchange(listener.port, plain.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
  await until(() => waiting.length === 1)
  await clock.advance(5_000)
  const second = exchange(listener.port, plain.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
  await until(() => waiting.length === 2)
  await clock.advance(1)
  const refusal = await send()
  assert.deepEqual(
    [refusal.status, refusal.problem.code, refusal.headers['retry-after']],
    [503, 'OVERLOADED', '5'],
  )
  waiting[0]!()
  assert.deepEqual(listAnswers(await first), ['200'])
  const third = send()
  await until(() => waiting.length === 3)
  for (const finish of waiting) finish()
  assert.deepEqual(listAnswers(await second), ['200'])
  assert.equal((await third).status, 200)
})
