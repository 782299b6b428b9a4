import assert from 'node:assert/strict'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { it, type TestContext } from 'node:test'
import { answer, corrupt, cutAfter, cutAnswerAfter, holdUntil, loseAnswer } from './weather.ts'
import { openWeatherProxy, type WeatherProxy } from './weather-proxy.ts'

interface Got {
  readonly line: string
  readonly host: string | undefined
  readonly body: Buffer
}

/** A store of one answer, with a proxy before it; `got` has every request whose body came whole. */
async function open(t: TestContext): Promise<{ proxy: WeatherProxy; got: Got[]; begun: () => number }> {
  const got: Got[] = []
  let begun = 0
  const server = createServer(async (incoming, outgoing) => {
    begun++
    try {
      const body = Buffer.concat(await incoming.toArray())
      got.push({ line: `${incoming.method} ${incoming.url}`, host: incoming.headers.host, body })
      outgoing.writeHead(201, { 'X-Store': 'one' }).end(`stored ${body.length}`)
    } catch {
      // Cut in the middle of the body.
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy = await openWeatherProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  t.after(async () => {
    await proxy.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { proxy, got, begun: () => begun }
}

const any = (): boolean => true

function put(
  proxy: WeatherProxy,
  body: string | Buffer<ArrayBuffer>,
  path = '/bucket/a%20b?x=1',
): Promise<Response> {
  return fetch(proxy.url + path, { method: 'PUT', body })
}

it('passes method, path, host and body, and the answer', async (t) => {
  const { proxy, got } = await open(t)
  const big = Buffer.alloc(3_000_000, 'abcdefg')
  const response = await put(proxy, big)
  assert.equal(response.status, 201)
  assert.equal(response.headers.get('x-store'), 'one')
  assert.equal(await response.text(), 'stored 3000000')
  assert.equal(got[0]!.line, 'PUT /bucket/a%20b?x=1')
  assert.equal(got[0]!.host, new URL(proxy.url).host)
  assert.ok(got[0]!.body.equals(big))
  const { method, url, status, storeStatus, weather } = proxy.log[0]!
  assert.deepEqual(
    [method, url, status, storeStatus, weather],
    ['PUT', '/bucket/a%20b?x=1', 201, 201, undefined],
  )
})

it('loses the answer of a request that the store has done', async (t) => {
  const { proxy, got } = await open(t)
  const forecast = proxy.next(({ method }) => method === 'PUT', loseAnswer)
  await (await fetch(proxy.url)).text()
  await assert.rejects(put(proxy, 'abc'))
  assert.deepEqual([got.length, forecast.hits], [2, 1])
  assert.deepEqual([proxy.log[1]!.storeStatus, proxy.log[1]!.status], [201, undefined])
  assert.equal((await put(proxy, 'abc')).status, 201)
})

it('cuts the connection in the middle of a body', async (t) => {
  const { proxy, got, begun } = await open(t)
  proxy.next(any, cutAfter(100_000))
  await assert.rejects(put(proxy, Buffer.alloc(1_000_000)))
  assert.deepEqual([got.length, begun()], [0, 1])
  assert.equal((await put(proxy, 'abc')).status, 201)
})

it('cuts the connection in the middle of an answer', async (t) => {
  const { proxy } = await open(t)
  proxy.next(any, cutAnswerAfter(3))
  const response = await put(proxy, 'abc')
  assert.equal(response.status, 201)
  await assert.rejects(response.text())
})

it('answers in place of the store, as often as it was told', async (t) => {
  const { proxy, got } = await open(t)
  proxy.next(any, answer(503, '<Error><Code>SlowDown</Code></Error>', { 'Retry-After': '1' }), 2)
  for (const _turn of [1, 2]) {
    const response = await put(proxy, Buffer.alloc(500_000))
    assert.equal(response.status, 503)
    assert.equal(response.headers.get('retry-after'), '1')
    assert.match(await response.text(), /SlowDown/)
  }
  assert.equal(got.length, 0)
  assert.equal((await put(proxy, 'abc')).status, 201)
})

it('holds an answer until it is released', async (t) => {
  const { proxy, got } = await open(t)
  const { promise, resolve } = Promise.withResolvers<void>()
  const forecast = proxy.next(any, holdUntil(promise))
  const slow = put(proxy, 'slow')
  await forecast.firstHit
  assert.equal((await put(proxy, 'quick')).status, 201)
  assert.equal(proxy.log[0]!.status, undefined)
  resolve()
  assert.equal((await slow).status, 201)
  assert.equal(got.length, 2)
})

it('corrupts one byte of a body', async (t) => {
  const { proxy, got } = await open(t)
  const sent = Buffer.alloc(300_000, 1)
  proxy.next(any, corrupt(200_000))
  assert.equal((await put(proxy, Buffer.from(sent))).status, 201)
  const differs = [...got[0]!.body.entries()].filter(([index, byte]) => byte !== sent[index])
  assert.deepEqual(differs, [[200_000, 0xfe]])
})

it('takes the weather that was announced first, and none that was cancelled', async (t) => {
  const { proxy } = await open(t)
  proxy.next(any, answer(500)).cancel()
  proxy.next(any, answer(403))
  proxy.next(any, answer(503))
  assert.deepEqual([(await put(proxy, '')).status, (await put(proxy, '')).status], [403, 503])
  proxy.next(any, answer(503), Number.POSITIVE_INFINITY)
  assert.equal((await put(proxy, '')).status, 503)
  proxy.clear()
  assert.equal((await put(proxy, '')).status, 201)
})

it('lets the store say whether a body may come', async (t) => {
  const asked: string[] = []
  const server = createServer()
  server.on('checkContinue', (incoming, outgoing) => {
    asked.push(incoming.url!)
    if (incoming.url === '/taken') return outgoing.writeHead(412, { Connection: 'close' }).end()
    outgoing.writeContinue()
    incoming.on('end', () => outgoing.end()).resume()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy = await openWeatherProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  t.after(async () => {
    await proxy.close()
    await new Promise((resolve) => server.close(resolve))
  })
  const ask = (path: string): Promise<[mayCome: boolean, status: number | undefined]> =>
    new Promise((resolve, reject) => {
      const headers = { Expect: '100-continue', 'Content-Length': '3' }
      const sending = request(proxy.url + path, { method: 'PUT', headers, agent: false })
      let mayCome = false
      sending.once('continue', () => {
        mayCome = true
        sending.end('abc')
      })
      sending.once('error', reject).once('response', (response) => {
        response.resume().once('end', () => resolve([mayCome, response.statusCode]))
      })
      sending.flushHeaders()
    })
  assert.deepEqual(await ask('/free'), [true, 200])
  assert.deepEqual(await ask('/taken'), [false, 412])
  proxy.next(any, answer(503))
  assert.deepEqual(await ask('/free'), [true, 503])
  assert.deepEqual(asked, ['/free', '/taken'])
})

it('is down, refuses connections, and comes back on the same port', async (t) => {
  const { proxy } = await open(t)
  await (await put(proxy, 'a')).text()
  const held = proxy.next(any, holdUntil(new Promise(() => {})))
  const waiting = assert.rejects(put(proxy, 'b'))
  await held.firstHit
  await proxy.down()
  await waiting
  await assert.rejects(put(proxy, 'c'), ({ cause }) => cause.code === 'ECONNREFUSED')
  await proxy.up()
  assert.equal((await put(proxy, 'd')).status, 201)
})

it('breaks off the connection when the store is away', async (t) => {
  const { proxy } = await open(t)
  const there = proxy.target
  proxy.target = 'http://127.0.0.1:1'
  await assert.rejects(put(proxy, Buffer.alloc(500_000)))
  proxy.target = there
  assert.equal((await put(proxy, 'a')).status, 201)
})
