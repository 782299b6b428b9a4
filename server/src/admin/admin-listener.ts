import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Registry } from 'prom-client'
import type { Health } from '../observe/health.ts'
import type { SourceStatus } from '../observe/sources.ts'
import { printRows } from './print-rows.ts'

/**
 * The admin port: `GET /health` and `GET /sources` as JSON, `GET /metrics` for Prometheus. For people, on loopback
 * by default.
 */
export interface AdminListener {
  readonly port: number
  close(): Promise<void>
}

export async function openAdminListener(options: {
  host: string
  port: number
  metrics: Registry
  readHealth(): Health
  listSources(): Iterable<SourceStatus>
}): Promise<AdminListener> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0]
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(response, 405, 'text/plain', 'Use GET.\n')
    if (path === '/health') {
      const health = options.readHealth()
      const status = health.status === 'error' ? 503 : 200
      return send(response, status, 'application/json', `${JSON.stringify(health, null, 2)}\n`)
    }
    if (path === '/metrics') {
      options.metrics.metrics().then(
        (text) => send(response, 200, options.metrics.contentType, text),
        () => send(response, 500, 'text/plain', 'The metrics cannot be read.\n'),
      )
      return
    }
    if (path === '/sources') {
      response.writeHead(200, { 'content-type': 'application/json' })
      // It fails only when the client goes away.
      pipeline(Readable.from(printRows(options.listSources())), response).catch(() => {})
      return
    }
    send(response, 404, 'text/plain', 'Here are /health, /sources and /metrics.\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type })
  response.end(text)
}
