import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from 'hansard-journal'
import { type ErrorCode, HansardError, type Receipt } from 'hansard-protocol'
import type { KeyGate } from '../auth/key-gate.ts'
import type { IntakeLimits } from '../config/limits-schema.ts'
import { readAddress } from './address.ts'
import { Admission } from './admission.ts'
import { BodyPool } from './body-pool.ts'
import type { BodyReadings } from './body-readings.ts'
import { type Connection, groupAddress } from './connections.ts'
import { type DecodedBatch, decodeBatch, guessFormat } from './decode-batch.ts'
import { guardRequest, guardTrailers, readTarget } from './guard-request.ts'
import type { Sender } from './intake.ts'
import type { OriginFinder } from './origin.ts'
import { RateLimiter } from './rate-limiter.ts'
import { decodeBody, type RawBody, readBody } from './read-body.ts'
import { readFormat, readIdentity } from './request-headers.ts'
import { sendJson, sendProblem, sendText } from './send-answer.ts'
import type { FindCertificateKey } from './tls/certificate-key.ts'

/** What the listener does not know: who may send, and where events go. */
export interface IntakeRoutesOptions {
  readonly limits: IntakeLimits
  readonly clock: Clock
  readonly origin: OriginFinder
  readonly gate: KeyGate
  readonly findCertificateKey: FindCertificateKey
  accept(batch: DecodedBatch, sender: Sender): Promise<Receipt>
  /** Why requests cannot be taken now; undefined when they can. */
  findNotReadyReason(): HansardError | undefined
  /** Told of every refused request; `events` is 0 when it was refused before its events were counted. */
  onRefusal(code: ErrorCode, events: number, error: unknown): void
}

/** What is answered at each address: `POST /v1/events…`, `GET /livez`, `GET /readyz`. */
export interface IntakeRoutes {
  /** Answers the newest request of the connection. Never rejects. */
  answer(request: IncomingMessage, response: ServerResponse, connection: Connection): Promise<void>
}

/** The rest of a refused body is read and dropped up to this size; behind a larger one the connection is closed. */
const restBytesMax = 1024 * 1024

/** Memory for large bodies that is kept between requests. */
const pooledBytesMax = 32 * 1024 * 1024

/** @param readings where bodies are noted while they are read */
export function openIntakeRoutes(options: IntakeRoutesOptions, readings: BodyReadings): IntakeRoutes {
  const { limits, clock, gate } = options
  const pool = new BodyPool(Math.min(pooledBytesMax, limits.inFlightBytesMax))
  const admission = new Admission(limits, clock)
  const rateLimiter = new RateLimiter(limits, clock)

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    connection: Connection,
  ): Promise<void> {
    const seen = { events: 0 }
    try {
      guardOrClose(connection, () => guardRequest(request, limits.headerCountMax))
      const path = readTarget(request).split('?', 1)[0]!
      if (path === '/livez') return sendProbe(request, response, connection, undefined)
      if (path === '/readyz') return sendProbe(request, response, connection, options.findNotReadyReason())
      const receipt = await takeEvents(request, response, connection, path, seen)
      closeIfLast(request, response, connection)
      sendJson(response, 200, 'application/json', receipt)
    } catch (thrown) {
      const error =
        thrown instanceof HansardError
          ? thrown
          : new HansardError('INTERNAL', 'The server met an error that it does not know.', { cause: thrown })
      options.onRefusal(error.code, seen.events, error)
      if (response.destroyed) return
      if (!mayGoOn(request, error)) connection.isClosing = true
      closeIfLast(request, response, connection)
      sendProblem(response, error)
    }
  }

  async function takeEvents(
    request: IncomingMessage,
    response: ServerResponse,
    connection: Connection,
    path: string,
    seen: { events: number },
  ): Promise<Receipt> {
    const { headers } = request
    const address = readAddress(path, headers)
    if (address === undefined) {
      throw new HansardError(
        'ROUTE_UNKNOWN',
        'Nothing is at this address. Post events to /v1/events/{topic}.',
      )
    }
    if (request.method !== 'POST') throw new HansardError('METHOD_NOT_ALLOWED', 'Use POST to send events.')
    const origAddress = options.origin.find(request)
    const certificateKey = options.findCertificateKey(request)
    const pass = gate.admit(headers.authorization, origAddress, clock.readNow(), certificateKey)
    if (address.topic !== undefined) pass.checkLabels(address.topic, address.routingKey)
    const reason = options.findNotReadyReason()
    if (reason !== undefined) throw reason
    const format = readFormat(headers['content-type'])
    const identity = readIdentity(request, clock.readNow())
    const rated = pass.key === undefined ? `address ${groupAddress(origAddress)}` : `key ${pass.key}`
    rateLimiter.admit(rated)
    const place = admission.enter(Number(headers['content-length'] ?? limits.bodyBytesMax))
    let raw: RawBody | undefined
    try {
      // Not before: who was refused must not send the body.
      if (headers.expect !== undefined) response.writeContinue()
      raw = await readBody(request, limits, pool, readings)
      guardOrClose(connection, () => guardTrailers(request))
      rateLimiter.charge(rated, raw.bytes.length)
      const body = await decodeBody(raw.bytes, headers['content-encoding'], limits)
      if (body !== raw.bytes) place.addBytes(body.length)
      const batch = decodeBatch(body, format ?? guessFormat(body), address, limits)
      seen.events = batch.count
      if (address.topic === undefined) pass.checkEvents(batch.runs)
      place.wait()
      const receipt = await options.accept(batch, {
        origAddress,
        receivedAt: clock.readNow(),
        body,
        ...(pass.key === undefined ? {} : { key: pass.key }),
        ...identity,
      })
      pass.noteTaken(batch.count)
      return receipt
    } finally {
      place.leave()
      // Not before the journal has it: the payload may be the body itself.
      raw?.release()
    }
  }

  return { answer }
}

function sendProbe(
  request: IncomingMessage,
  response: ServerResponse,
  connection: Connection,
  notReadyReason: HansardError | undefined,
): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new HansardError('METHOD_NOT_ALLOWED', 'Use GET to ask for this.', {
      facts: { allow: 'GET, HEAD' },
    })
  }
  closeIfLast(request, response, connection)
  if (notReadyReason !== undefined) sendText(response, 503, `not ready: ${notReadyReason.message}`)
  else sendText(response, 200, readTarget(request).startsWith('/livez') ? 'alive' : 'ready')
}

/** Behind a request that fails the guard nothing is taken from this connection. */
function guardOrClose(connection: Connection, guard: () => void): void {
  try {
    guard()
  } catch (error) {
    connection.isClosing = true
    throw error
  }
}

/** Whether the next request can be read after this refusal. */
function mayGoOn(request: IncomingMessage, error: HansardError): boolean {
  if (error.code === 'SHUTTING_DOWN' || error.code === 'REQUEST_TOO_SLOW') return false
  if (request.complete) return true
  // Nobody knows whether the body follows that was asked for permission.
  if (request.headers.expect !== undefined) return false
  if (request.headers['transfer-encoding'] !== undefined) return false
  return Number(request.headers['content-length'] ?? 0) <= restBytesMax
}

/** Only the last answer says so: Node closes behind it, whatever else was to leave. */
function closeIfLast(request: IncomingMessage, response: ServerResponse, connection: Connection): void {
  if (connection.isClosing && connection.last === request) response.setHeader('connection', 'close')
}
