import * as http from 'node:http'
import * as https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { HansardError } from 'hansard-protocol'
import { BodyReadings, bodyTurnMs } from './body-readings.ts'
import { Connections } from './connections.ts'
import { translateHttpError } from './http-error.ts'
import { type IntakeRoutesOptions, openIntakeRoutes } from './intake-routes.ts'
import { formatProblem } from './send-answer.ts'
import type { TlsIdentity } from './tls/tls-identity.ts'

/**
 * The intake port: its connections, what they may take of time and memory, and the errors of HTTP itself. What is
 * answered at which address: `intake-routes.ts`. Page: docs/formats/wire.md
 *
 * 1. A 2xx leaves only after `accept` has resolved.
 * 2. Every refusal is a problem document with a code of the catalogue; `retry: later` comes with `Retry-After`.
 * 3. Bodies in flight hold at most `inFlightBytesMax`; beyond that requests are refused before they are read.
 * 4. Behind bytes that are not HTTP, or that can be read in two ways, nothing of the connection is taken: it is closed
 *    when the requests before them are answered.
 */
export interface HttpListenerOptions extends IntakeRoutesOptions {
  readonly host: string
  readonly port: number
  /** Undefined for plain HTTP. */
  readonly tls: TlsIdentity | undefined
}

export interface HttpListener {
  readonly host: string
  readonly port: number
  /** Requests whose answer has not left yet. */
  readonly requestsInFlight: number
  /** Refuses new requests with 503, waits `withinMs` at most for those in flight, then closes all connections. */
  close(withinMs?: number): Promise<void>
}

const closeWithinMs = 10_000

/** How long the other side has to read an answer before the connection is cut. */
const lingerMs = 1_000

export async function openHttpListener(options: HttpListenerOptions): Promise<HttpListener> {
  const { limits, clock, origin, tls } = options
  const readings = new BodyReadings(limits)
  const connections = new Connections({
    countMax: limits.connectionsMax,
    countPerAddressMax: limits.connectionsPerAddressMax,
    isExempt: (address) => origin.isProxy(address),
  })
  let requestsInFlight = 0
  let isClosing = false
  let onIdle = (): void => {}
  const routes = openIntakeRoutes(
    { ...options, findNotReadyReason: () => (isClosing ? makeShuttingDown() : options.findNotReadyReason()) },
    readings,
  )

  const refuse = (error: HansardError): void => options.onRefusal(error.code, 0, error)

  function take(request: http.IncomingMessage, response: http.ServerResponse): void {
    const connection = connections.find(request.socket)
    if (connection.isClosing) return
    // Where Node drops what stands behind it in the same packet, the next request could begin anywhere.
    if (request.headers.upgrade !== undefined) connection.isClosing = true
    connections.begin(connection, request, response)
    requestsInFlight++
    void routes.answer(request, response, connection).finally(() => {
      requestsInFlight--
      if (isClosing && requestsInFlight === 0) onIdle()
    })
  }

  /** Ends a connection of which no more requests can be read. */
  function end(socket: Socket, error: HansardError): void {
    const connection = connections.find(socket)
    if (connection.isClosing) return
    connection.isClosing = true
    const { last } = connection
    if (last !== undefined && !last.complete) {
      readings.fail(last, error)
      // It was refused already, and what was left of its body is broken: there is nobody to answer.
      if (connection.unanswered === 0) socket.destroy()
      return
    }
    refuse(error)
    // The answers that are on their way come first, and close it.
    if (connection.unanswered > 0) return
    socket.end(formatProblem(error))
    setTimeout(() => socket.destroy(), lingerMs).unref()
  }

  const settings: https.ServerOptions = {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.headersTimeoutMs + limits.bodyTimeoutMs,
    connectionsCheckingInterval: bodyTurnMs,
    keepAliveTimeout: 65_000,
    // The guard refuses that too, with a problem document.
    requireHostHeader: false,
    handshakeTimeout: limits.headersTimeoutMs,
  }
  const server =
    tls === undefined
      ? http.createServer(settings)
      : https.createServer({ ...settings, ...tls.serverOptions, ...tls.secureContext })
  tls?.onChange((context) => (server as https.Server).setSecureContext(context))
  server.maxHeadersCount = limits.headerCountMax + 1
  // Of a sender that neither sends nor reads.
  server.timeout = limits.headersTimeoutMs + limits.bodyTimeoutMs
  server.on('request', take)
  server.on('checkContinue', take)
  server.on('checkExpectation', take)
  server.on('connection', (socket) => {
    if (connections.admit(socket)) return
    socket.destroy()
    refuse(new HansardError('CONNECTIONS_TOO_MANY', 'A connection was closed: there are too many.'))
  })
  server.on('connect', (_request, socket: Socket) => {
    end(socket, new HansardError('METHOD_NOT_ALLOWED', 'CONNECT is not answered. Use POST to send events.'))
  })
  server.on('clientError', (error, socket: Socket) => {
    const refusal = socket.writable ? translateHttpError(error, limits) : undefined
    if (refusal === undefined) socket.destroy()
    else end(socket, refusal)
  })
  server.on('tlsClientError', (cause, socket) => {
    socket.destroy()
    refuse(new HansardError('TLS_HANDSHAKE_FAILED', 'A connection failed in its handshake.', { cause }))
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const bound = server.address() as AddressInfo
  const stop = new AbortController()
  const watching = watchBodies()

  async function watchBodies(): Promise<void> {
    while (!stop.signal.aborted) {
      await clock.sleep(bodyTurnMs, stop.signal)
      readings.watch()
    }
  }

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
        await Promise.race([idle, clock.sleep(withinMs, deadline.signal)])
        deadline.abort()
      }
      if (requestsInFlight > 0) server.closeAllConnections()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), lingerMs).unref()
      await closed
      stop.abort()
      await watching
    },
  }
}

function makeShuttingDown(): HansardError {
  return new HansardError('SHUTTING_DOWN', 'The server is stopping. Send the request again when it is back.')
}
