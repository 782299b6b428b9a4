import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from 'hansard-journal'
import {
  type ErrorCode,
  errorCatalogue,
  HansardError,
  idempotencyKeyLengthMax,
  type Limits,
  makeProblem,
  type Receipt,
  wireHeader,
} from 'hansard-protocol'
import { readAddress } from './address.ts'
import { BodyPool } from './body-pool.ts'
import { type BodyFormat, type DecodedBatch, decodeBatch, guessFormat } from './decode-batch.ts'
import type { Sender } from './intake.ts'
import type { OriginFinder } from './origin.ts'
import { decodeBody, type RawBody, readBody } from './read-body.ts'

/**
 * The intake port: `POST /v1/events…`, `GET /livez`, `GET /readyz`. Page: docs/formats/wire.md
 *
 * 1. A 2xx leaves only after `accept` has resolved.
 * 2. Every refusal is a problem document with a code of the catalogue; `retry: later` comes with `Retry-After`.
 * 3. Bodies in flight hold at most `inFlightBytesMax`; beyond that requests are refused before they are read.
 */
export interface HttpListenerOptions {
  readonly host: string
  readonly port: number
  readonly limits: Limits & { readonly inFlightBytesMax: number }
  readonly clock: Clock
  readonly origin: OriginFinder
  accept(batch: DecodedBatch, sender: Sender): Promise<Receipt>
  /** Why requests cannot be taken now; undefined when they can. */
  findNotReadyReason(): HansardError | undefined
  /** Told of every refused request; `events` is 0 when it was refused before its events were counted. */
  onRefusal(code: ErrorCode, events: number, error: unknown): void
}

export interface HttpListener {
  readonly host: string
  readonly port: number
  /** Requests whose answer has not left yet. */
  readonly requestsInFlight: number
  /** Refuses new requests with 503, waits `withinMs` at most for those in flight, then closes all connections. */
  close(withinMs?: number): Promise<void>
}

/** The rest of a refused body is read and dropped up to this size; behind a larger one the connection is closed. */
const restBytesMax = 1024 * 1024

const closeWithinMs = 10_000

/** Memory for large bodies that is kept between requests. */
const pooledBytesMax = 32 * 1024 * 1024

const retryAfterSeconds: Partial<Record<ErrorCode, number>> = { JOURNAL_FULL: 5, SHUTTING_DOWN: 5 }

export async function openHttpListener(options: HttpListenerOptions): Promise<HttpListener> {
  const pool = new BodyPool(Math.min(pooledBytesMax, options.limits.inFlightBytesMax))
  let inFlightBytes = 0
  let requestsInFlight = 0
  let isClosing = false
  let onIdle = (): void => {}

  const server: Server = createServer(
    { requestTimeout: 120_000, keepAliveTimeout: 65_000 },
    (request, response) => {
      void answer(request, response)
    },
  )
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requestsInFlight++
    const seen = { events: 0 }
    try {
      const path = (request.url ?? '').split('?', 1)[0]!
      if (path === '/livez') return sendText(response, 200, 'alive')
      if (path === '/readyz') return sendReadiness(response)
      const receipt = await takeEvents(request, path, seen)
      sendJson(response, 200, 'application/json', receipt)
    } catch (thrown) {
      const error =
        thrown instanceof HansardError
          ? thrown
          : new HansardError('INTERNAL', 'The server met an error that it does not know.', { cause: thrown })
      options.onRefusal(error.code, seen.events, error)
      sendProblem(request, response, error)
    } finally {
      requestsInFlight--
      if (isClosing && requestsInFlight === 0) onIdle()
    }
  }

  async function takeEvents(
    request: IncomingMessage,
    path: string,
    seen: { events: number },
  ): Promise<Receipt> {
    const address = readAddress(path, request.headers)
    if (address === undefined) {
      throw new HansardError(
        'ROUTE_UNKNOWN',
        'Nothing is at this address. Post events to /v1/events/{topic}.',
      )
    }
    if (request.method !== 'POST') throw new HansardError('METHOD_NOT_ALLOWED', 'Use POST to send events.')
    const reason = isClosing ? makeShuttingDown() : options.findNotReadyReason()
    if (reason !== undefined) throw reason
    const format = readFormat(request.headers['content-type'])
    const identity = readIdentity(request, options.clock.readNow())
    const reserved = Number(request.headers['content-length'] ?? options.limits.bodyBytesMax)
    if (inFlightBytes > 0 && inFlightBytes + reserved > options.limits.inFlightBytesMax) {
      throw new HansardError('BUSY', 'Too many bytes are in flight. Send the request again a little later.')
    }
    let held = reserved
    let raw: RawBody | undefined
    inFlightBytes += held
    try {
      raw = await readBody(request, options.limits, pool)
      const body = await decodeBody(raw.bytes, request.headers['content-encoding'], options.limits)
      // Both are in memory now; the next requests must reckon with it.
      const decoded = body === raw.bytes ? 0 : body.length
      inFlightBytes += decoded
      held += decoded
      const batch = decodeBatch(body, format ?? guessFormat(body), address, options.limits)
      seen.events = batch.count
      return await options.accept(batch, {
        origAddress: options.origin.find(request),
        receivedAt: options.clock.readNow(),
        body,
        ...identity,
      })
    } finally {
      inFlightBytes -= held
      // Not before the journal has it: the payload may be the body itself.
      raw?.release()
    }
  }

  function sendReadiness(response: ServerResponse): void {
    const reason = isClosing ? makeShuttingDown() : options.findNotReadyReason()
    if (reason === undefined) sendText(response, 200, 'ready')
    else sendText(response, 503, `not ready: ${reason.message}`)
  }

  function sendProblem(request: IncomingMessage, response: ServerResponse, error: HansardError): void {
    if (response.destroyed) return
    const { status, retry } = errorCatalogue[error.code]
    if (retry === 'later') response.setHeader('retry-after', String(retryAfterSeconds[error.code] ?? 1))
    if (error.code === 'METHOD_NOT_ALLOWED') response.setHeader('allow', 'POST')
    if (isClosing || measureRest(request) > restBytesMax) response.setHeader('connection', 'close')
    sendJson(response, status, 'application/problem+json', makeProblem(error))
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const bound = server.address() as AddressInfo

  return {
    host: bound.address,
    port: bound.port,
    get requestsInFlight() {
      return requestsInFlight
    },
    async close(withinMs = closeWithinMs) {
      isClosing = true
      if (requestsInFlight > 0) {
        const deadline = new AbortController()
        const idle = new Promise<void>((resolve) => (onIdle = resolve))
        // A sender that never ends its request must not keep the server from stopping; it has no receipt yet.
        await Promise.race([idle, options.clock.sleep(withinMs, deadline.signal)])
        deadline.abort()
      }
      if (requestsInFlight > 0) server.closeAllConnections()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 1_000).unref()
      await closed
    },
  }
}

/** Bytes of the body that may still come, at most. */
function measureRest(request: IncomingMessage): number {
  if (request.complete) return 0
  if (request.headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY
  return Number(request.headers['content-length'] ?? 0)
}

const formats: Record<string, BodyFormat> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
}

function readFormat(contentType: string | undefined): BodyFormat | undefined {
  if (contentType === undefined) return undefined
  const format = formats[contentType.split(';', 1)[0]!.trim().toLowerCase()]
  if (format === undefined) {
    throw new HansardError(
      'CONTENT_TYPE_UNSUPPORTED',
      'Send events as application/json (an object or an array) or application/x-ndjson (one event a line).',
    )
  }
  return format
}

function readIdentity(
  request: IncomingMessage,
  now: number,
): Pick<Sender, 'node' | 'source' | 'sequence' | 'clockSkewMs' | 'idempotencyKey'> {
  const node = readText(request, wireHeader.node)
  const source = readText(request, wireHeader.source)
  const sequence = readText(request, wireHeader.sequence)
  const idempotencyKey = readText(request, wireHeader.idempotencyKey)
  if ((source === undefined) !== (sequence === undefined)) {
    throw new HansardError(
      'HEADER_INVALID',
      'Event-Source and Event-Sequence go together; one of them is missing.',
    )
  }
  if (sequence !== undefined && !/^\d{1,15}$/.test(sequence)) {
    throw new HansardError(
      'HEADER_INVALID',
      'Event-Sequence must be a whole number from 0 on, with at most 15 digits.',
    )
  }
  return {
    ...(node === undefined ? {} : { node }),
    ...(source === undefined ? {} : { source, sequence: Number(sequence), ...readClockSkew(request, now) }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  }
}

/** What `Date` tells. It is only shown to people, so one that cannot be read is no reason to refuse. */
function readClockSkew(request: IncomingMessage, now: number): Pick<Sender, 'clockSkewMs'> {
  const sentAt = Date.parse(request.headers.date ?? '')
  // The header has whole seconds: on average half of one had passed.
  return Number.isNaN(sentAt) ? {} : { clockSkewMs: sentAt + 500 - now }
}

function readText(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  if (value === undefined) return undefined
  if (typeof value !== 'string' || value.length === 0 || value.length > idempotencyKeyLengthMax) {
    throw new HansardError(
      'HEADER_INVALID',
      `The header ${name} must hold 1 to ${idempotencyKeyLengthMax} characters.`,
      {
        facts: { header: name },
      },
    )
  }
  return value
}

function makeShuttingDown(): HansardError {
  return new HansardError('SHUTTING_DOWN', 'The server is stopping. Send the request again when it is back.')
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${text}\n`)
}

function sendJson(response: ServerResponse, status: number, type: string, value: unknown): void {
  const text = JSON.stringify(value)
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) })
  response.end(text)
}
