import * as http from 'node:http'
import * as https from 'node:https'

/** Posts bodies to one server over connections that are kept open. */
export interface HttpPoster {
  /** Posts once and gives the whole answer. Rejects with Node's own error when there is no answer. */
  post(path: string, headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<HttpAnswer>
  /** Closes the connections. */
  close(): void
}

export interface HttpAnswer {
  readonly status: number
  /** Value of the `Retry-After` header. */
  readonly retryAfter: string | undefined
  readonly text: string
}

export interface HttpPosterOptions {
  /** Address of the server; a path in it is put before the path of each request. */
  readonly url: URL
  readonly connectionsMax: number
  /** A connection that is silent for so long counts as broken. */
  readonly timeoutMs: number
}

/** Larger answers are no answers of an event server. */
const answerBytesMax = 1024 * 1024

export function openHttpPoster({ url, connectionsMax, timeoutMs }: HttpPosterOptions): HttpPoster {
  const isSecure = url.protocol === 'https:'
  const settings = { keepAlive: true, maxSockets: connectionsMax }
  const agent = isSecure ? new https.Agent(settings) : new http.Agent(settings)
  const request = isSecure ? https.request : http.request
  const prefix = url.pathname.replace(/\/+$/, '')
  return {
    post: (path, headers, body) =>
      new Promise((resolve, reject) => {
        const outgoing = request({
          protocol: url.protocol,
          hostname: url.hostname.replace(/^\[|\]$/g, ''),
          port: url.port,
          path: prefix + path,
          method: 'POST',
          headers: { ...headers, 'content-length': body.length },
          agent,
        })
        outgoing.setTimeout(timeoutMs, () => {
          outgoing.destroy(Object.assign(new Error('the server is silent'), { code: 'ETIMEDOUT' }))
        })
        outgoing.on('error', reject)
        outgoing.on('response', (incoming) => {
          readText(incoming).then(
            (text) =>
              resolve({
                status: incoming.statusCode ?? 0,
                retryAfter: incoming.headers['retry-after'],
                text,
              }),
            reject,
          )
        })
        outgoing.end(body)
      }),
    close: () => agent.destroy(),
  }
}

async function readText(incoming: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > answerBytesMax) throw new Error(`the answer is larger than ${answerBytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
