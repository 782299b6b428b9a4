import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { type Clock, systemClock } from 'hansard-journal'
import type { ErrorCode, HansardError, Problem, Receipt } from 'hansard-protocol'
import { KeyGate } from '../../src/auth/key-gate.ts'
import { KeyRing } from '../../src/auth/key-ring.ts'
import { KeyUsage } from '../../src/auth/key-usage.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import {
  type HttpListener,
  type HttpListenerOptions,
  openHttpListener,
} from '../../src/ingest/http-listener.ts'
import { Intake } from '../../src/ingest/intake.ts'
import { Ledger } from '../../src/ingest/ledger.ts'
import { openOriginFinder } from '../../src/ingest/origin.ts'
import type { FindCertificateKey } from '../../src/ingest/tls/certificate-key.ts'
import type { TlsIdentity } from '../../src/ingest/tls/tls-identity.ts'
import { openTestJournal, type TestJournal } from './open-test-journal.ts'

export interface Call {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly problem: Problem
  readonly receipt: Receipt
}

export interface TestListener extends TestJournal {
  readonly listener: HttpListener
  readonly refused: [code: ErrorCode, events: number][]
  /** Connections that the clients of this test have opened. */
  readonly connections: number
  /** Why nothing is taken now. */
  notReadyReason: HansardError | undefined
  /** Sends a POST of `{}` to /v1/events/generic, but for what `call` says; over one connection if it can. */
  send(call?: Call): Promise<Answer>
}

/** Lets everybody in. */
const openGate = new KeyGate({
  isRequired: false,
  source: { ring: new KeyRing([]), usage: new KeyUsage() },
})

const limits = (await loadConfig()).limits

/** Opens a real listener with a real intake and journal behind it. */
export async function openTestListener(
  scope: { after(cleanUp: () => Promise<void>): void },
  options: {
    limits?: Partial<HttpListenerOptions['limits']>
    accept?: HttpListenerOptions['accept']
    diskBytesMax?: number
    gate?: KeyGate
    tls?: TlsIdentity
    findCertificateKey?: FindCertificateKey
    clock?: Clock
    proxies?: readonly string[]
  } = {},
): Promise<TestListener> {
  const opened = await openTestJournal(scope, { diskBytesMax: options.diskBytesMax ?? 1024 * 1024 * 1024 })
  const ledger = new Ledger({ windowMs: 60_000, keysMax: 1_000 })
  const intake = new Intake({ journal: opened.journal, ledger, clock: systemClock })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const sockets = new Set<unknown>()
  const refused: [ErrorCode, number][] = []
  let notReadyReason: HansardError | undefined
  const listener = await openHttpListener({
    ...{
      host: '127.0.0.1',
      port: 0,
      clock: options.clock ?? systemClock,
      origin: openOriginFinder(options.proxies ?? []),
    },
    limits: { ...limits, ...options.limits },
    accept: options.accept ?? ((batch, sender) => intake.accept(batch, sender)),
    findNotReadyReason: () => notReadyReason,
    gate: options.gate ?? openGate,
    tls: options.tls,
    findCertificateKey: options.findCertificateKey ?? (() => undefined),
    onRefusal: (code, events) => void refused.push([code, events]),
  })
  scope.after(async () => {
    agent.destroy()
    await listener.close()
  })
  const send = ({ method = 'POST', path = '/v1/events/generic', headers = {}, body = '{}' }: Call = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const hasBody = method === 'POST' || method === 'PUT'
      const sent = request(
        { host: '127.0.0.1', port: listener.port, agent, method, path, headers },
        (response) => {
          const chunks: Buffer[] = []
          response.on('error', reject)
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            const isJson = /json/.test(response.headers['content-type'] ?? '') && text !== ''
            const value = isJson ? JSON.parse(text) : undefined
            const { headers, statusCode: status = 0 } = response
            resolve({ status, headers, text, problem: value, receipt: value })
          })
        },
      )
      sent.on('socket', (socket) => sockets.add(socket))
      sent.on('error', reject)
      sent.end(hasBody ? body : undefined)
    })
  return {
    ...opened,
    ...{ listener, refused, send },
    get connections() {
      return sockets.size
    },
    get notReadyReason() {
      return notReadyReason
    },
    set notReadyReason(reason) {
      notReadyReason = reason
    },
  }
}
