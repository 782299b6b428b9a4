import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as zlib from 'node:zlib'
import { type ErrorCode, HansardError, makeProblem } from 'hansard-protocol'
import { type HttpDoor, NoAnswer } from '../src/event-server/http-door.ts'

export interface Posted {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly source: string
  readonly sequence: number
  readonly lines: readonly string[]
}

/** What a server does with one request. `store` does what it must; the answer may still be lost. */
export type Act = (request: Posted, store: () => Answer) => Answer | 'reset' | 'silence'

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly text: string
}

const unpackers: Readonly<Record<string, (bytes: Uint8Array) => Buffer>> = {
  gzip: zlib.gunzipSync,
  zstd: zlib.zstdDecompressSync,
}

/**
 * An event server in memory: it stores each number of a producer once and answers with receipts, except where its
 * script says otherwise. `acts` are taken one for each request; afterwards, and for `undefined`, all goes well.
 */
export class ScriptedServer {
  readonly acts: (Act | undefined)[] = []
  /** Decides about every request that has no act. */
  always: Act | undefined
  readonly posts: Posted[] = []
  /** By producer: the event of each number, a hole for each gap. */
  readonly stored = new Map<string, string[]>()
  isReady = true
  /** As if the machine were off: nothing arrives. */
  isDown = false

  /** The events that are stored, in their order, whoever sent them. */
  get events(): string[] {
    return [...this.stored.values()].flatMap((events) => events.filter((event) => event !== undefined))
  }

  /** How many numbers below the highest one never came. */
  get gaps(): number {
    let gaps = 0
    for (const events of this.stored.values()) {
      for (let number = 0; number < events.length; number++) if (!(number in events)) gaps++
    }
    return gaps
  }

  handle(headers: Posted['headers'], body: Uint8Array): Answer | 'reset' | 'silence' {
    const encoding = headers['content-encoding']
    const bytes = encoding === undefined ? Buffer.from(body) : unpackers[encoding]!(body)
    const request: Posted = {
      headers,
      source: headers['event-source']!,
      sequence: Number(headers['event-sequence']),
      lines: bytes.toString().trimEnd().split('\n'),
    }
    this.posts.push(request)
    const act = this.acts.shift() ?? this.always
    return act === undefined ? this.#store(request) : act(request, () => this.#store(request))
  }

  #store({ source, sequence, lines }: Posted): Answer {
    const events = this.stored.get(source) ?? []
    this.stored.set(source, events)
    let accepted = 0
    for (const [index, line] of lines.entries()) {
      if (events[sequence + index] !== undefined) continue
      events[sequence + index] = line
      accepted++
    }
    const duplicates = lines.length - accepted
    const receipt = { accepted, lane: 'testlane', position: 0, ...(duplicates === 0 ? {} : { duplicates }) }
    return { status: 200, text: JSON.stringify(receipt) }
  }
}

export function refuse(code: ErrorCode, facts: Record<string, number> = {}): Answer {
  const problem = makeProblem(new HansardError(code, `Refused: ${code}.`, { facts }))
  return { status: problem.status, text: JSON.stringify(problem) }
}

/** Stores the events, and answers otherwise. */
export function storeThen(answer: Answer | 'reset' | 'silence'): Act {
  return (_, store) => {
    store()
    return answer
  }
}

/** Refuses every request that holds a line with `mark`, and says which line it is. */
export function refuseMarked(mark: string, code: ErrorCode): Act {
  return ({ lines }, store) => {
    const index = lines.findIndex((line) => line.includes(mark))
    return index < 0 ? store() : refuse(code, { index })
  }
}

/** Scripted servers behind a door that needs no network: `http://name` is the server of that name. */
export function openScriptedHttp(
  servers: Readonly<Record<string, ScriptedServer>>,
  network: { readonly isCut: boolean },
): HttpDoor {
  return {
    ask: async ({ method, url, headers, body, signal }) => {
      if (network.isCut) throw new NoAnswer('The process has ended.', false)
      const server = servers[new URL(url).hostname]
      if (server === undefined || server.isDown) throw new NoAnswer('Nobody listens.', false)
      if (method === 'GET') return { status: server.isReady ? 200 : 503, retryAfter: undefined, text: '' }
      const answer = server.handle(headers, body)
      if (answer === 'reset') throw new NoAnswer('The connection broke.', true)
      if (answer === 'silence') {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        throw new NoAnswer('The request was given up.', true)
      }
      return { status: answer.status, retryAfter: answer.headers?.['retry-after'], text: answer.text }
    },
    close: () => {},
  }
}

export interface Listening {
  readonly url: string
  readonly port: number
  /** TCP connections so far. */
  readonly connections: number
  close(): Promise<void>
}

/** A scripted server on loopback. */
export async function listen(script: ScriptedServer, port = 0): Promise<Listening> {
  let connections = 0
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.method === 'GET') return void response.writeHead(script.isReady ? 200 : 503).end()
      const answer = script.handle(request.headers as Posted['headers'], Buffer.concat(chunks))
      if (answer === 'reset') request.socket.resetAndDestroy()
      else if (answer !== 'silence') response.writeHead(answer.status, answer.headers).end(answer.text)
    })
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    get connections() {
      return connections
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
