import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { findFreePort } from './free-port.ts'
import type { SeenRequest, Weather } from './weather.ts'

/** Bad weather that was announced. */
export interface Forecast {
  /** How many requests it has come over. */
  readonly hits: number
  /** Kept when it comes over a request for the first time. */
  readonly firstHit: Promise<void>
  /** From now on it comes over no request. */
  cancel(): void
}

/**
 * An HTTP proxy between an SDK and a store, with weather. Requests pass as they are, with their `Host`, so signatures
 * stay valid. If the store cannot be reached, the client's connection is broken off.
 */
export interface WeatherProxy {
  /** Where clients go, without a slash at the end. It stays the same over `down` and `up`. */
  readonly url: string
  /** Where the store is; may change when the store moves. */
  target: string
  /** Every request since the start, in the order of arrival. */
  readonly log: readonly SeenRequest[]
  /**
   * Announces weather for the next requests that match, `times` of them. A request has one weather: that which was
   * announced first.
   */
  next(match: (request: SeenRequest) => boolean, weather: Weather, times?: number): Forecast
  /** Cancels all that was announced. */
  clear(): void
  /** Breaks off all connections and refuses new ones. */
  down(): Promise<void>
  up(): Promise<void>
  /** Ends the proxy, with every connection. */
  close(): Promise<void>
}

interface Announced {
  readonly match: (request: SeenRequest) => boolean
  readonly weather: Weather
  readonly hit: () => void
  left: number
}

const unanswered = { weather: undefined, storeStatus: undefined, status: undefined, failure: undefined }

/** Starts a proxy before the store at `target`, like `http://127.0.0.1:9000`. */
export async function openWeatherProxy(target: string): Promise<WeatherProxy> {
  const port = await findFreePort()
  const log: SeenRequest[] = []
  let announced: Announced[] = []

  const chooseWeather = (seen: SeenRequest): Weather | undefined => {
    const due = announced.find(({ left, match }) => left > 0 && match(seen))
    if (due === undefined) return undefined
    due.left--
    due.hit()
    return due.weather
  }

  const take = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method = '', url = '', headers, socket } = incoming
    const seen: SeenRequest = { method, url, headers, ...unanswered }
    const weather = chooseWeather(seen)
    const entry: SeenRequest = { ...seen, weather: weather?.kind }
    log.push(entry)
    // Whatever breaks on one side breaks the other.
    pass(proxy.target, weather, entry, incoming, outgoing).catch((error) => {
      entry.failure = error
      socket.destroy()
    })
  }
  // An upload may be longer than the five minutes that Node gives a request.
  const server = createServer({ requestTimeout: 0 }, take)
  // Whether a client that asks first may send its body is for the store to say.
  server.on('checkContinue', take)

  const proxy: WeatherProxy = {
    url: `http://127.0.0.1:${port}`,
    target,
    log,
    next: (match, weather, times = 1) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      let hits = 0
      const hit = (): void => {
        hits++
        resolve()
      }
      const entry: Announced = { match, weather, hit, left: times }
      announced.push(entry)
      return {
        get hits() {
          return hits
        },
        firstHit: promise,
        cancel: () => {
          entry.left = 0
        },
      }
    },
    clear: () => {
      announced = []
    },
    down: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
    up: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject)
          resolve()
        })
      }),
    close: async () => {
      if (server.listening) await proxy.down()
    },
  }
  await proxy.up()
  return proxy
}

/** Each request has a connection of its own: a store that was started again gets no request on an old one. */
const agent = new Agent({ keepAlive: false })

async function pass(
  target: string,
  weather: Weather | undefined,
  seen: SeenRequest,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (weather?.kind === 'answer') {
    if (incoming.headers.expect !== undefined) outgoing.writeContinue()
    // Only when the body is there: not every client reads an answer while it sends.
    for await (const _chunk of incoming);
    seen.status = weather.status
    outgoing.writeHead(weather.status, weather.headers).end(weather.body)
    return
  }
  const { hostname, port } = new URL(target)
  const upstream = request({
    ...{ agent, hostname, port, method: seen.method, path: seen.url },
    headers: incoming.rawHeaders,
  })
  upstream.once('continue', () => outgoing.writeContinue()).flushHeaders()
  outgoing.once('close', () => upstream.destroy())
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve).once('error', reject)
  })
  // Nobody waits for the answer of a request that is cut.
  answered.catch(() => {})
  if (weather?.kind === 'cut') await cut(incoming, upstream, weather.afterBytes)
  // A store may answer, or break off, before it has the whole body: then its answer counts, or its error.
  const body = weather?.kind === 'corrupt' ? corruptBody(incoming, weather.byte) : incoming
  pipeline(body, upstream).catch((error) => upstream.destroy(error))
  const response = await answered
  seen.storeStatus = response.statusCode!
  if (weather?.kind === 'lose-answer') {
    for await (const _chunk of response);
    throw new Error('the answer is lost')
  }
  if (weather?.kind === 'hold') await weather.until
  seen.status = response.statusCode!
  outgoing.writeHead(response.statusCode!, response.statusMessage, response.rawHeaders)
  if (weather?.kind === 'cut-answer') await cut(response, outgoing, weather.afterBytes)
  await pipeline(response, outgoing)
}

/** Passes that many bytes on and waits until they are out; then it throws. */
async function cut(from: IncomingMessage, to: Writable, bytes: number): Promise<never> {
  let left = bytes
  for await (const chunk of from.iterator({ destroyOnReturn: false })) {
    const part = chunk.subarray(0, left)
    await new Promise((resolve) => to.write(part, resolve))
    left -= part.length
    if (left === 0) break
  }
  to.destroy()
  throw new Error(`the connection is cut after ${bytes} bytes`)
}

async function* corruptBody(body: AsyncIterable<Buffer>, byte: number): AsyncGenerator<Buffer> {
  let left = byte
  for await (const chunk of body) {
    if (left >= 0 && left < chunk.length) chunk[left]! ^= 0xff
    left -= chunk.length
    yield chunk
  }
}
