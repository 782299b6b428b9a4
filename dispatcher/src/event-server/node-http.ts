import * as http from 'node:http'
import * as https from 'node:https'
import { describeNetworkError } from './describe-network-error.ts'
import {
  type HttpAnswer,
  type HttpDoor,
  type HttpDoorOptions,
  type HttpRequest,
  NoAnswer,
} from './http-door.ts'

/** Larger answers are no answers of an event server. */
const answerBytesMax = 1024 * 1024

/** The real network. Connections are kept open between requests. */
export function openNodeHttp(options: HttpDoorOptions): HttpDoor {
  const { ca, cert, key, passphrase, trustAllCertificates } = options.tls
  const plain = new http.Agent({ keepAlive: true })
  const secure = new https.Agent({
    keepAlive: true,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    rejectUnauthorized: trustAllCertificates !== true,
  })
  return {
    ask: (request) => {
      const url = new URL(request.url)
      const isSecure = url.protocol === 'https:'
      return ask(url, request, isSecure, isSecure ? secure : plain, options)
    },
    close: () => {
      plain.destroy()
      secure.destroy()
    },
  }
}

function ask(
  url: URL,
  { method, path, headers, body, signal }: HttpRequest,
  isSecure: boolean,
  agent: http.Agent,
  { connectTimeoutMs, answerTimeoutMs }: HttpDoorOptions,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let isConnected = false
    const request = (isSecure ? https : http).request({
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path: url.pathname.replace(/\/+$/, '') + path,
      method,
      headers: { ...headers, 'content-length': body.length },
      agent,
      signal,
    })
    const fail = (error: unknown): void => {
      clearTimeout(connecting)
      reject(new NoAnswer(describeNetworkError(error), isConnected, error))
    }
    const connecting = setTimeout(() => request.destroy(makeTimeout()), connectTimeoutMs)
    const noteConnected = (): void => {
      isConnected = true
      clearTimeout(connecting)
      request.setTimeout(answerTimeoutMs, () => request.destroy(makeTimeout()))
    }
    request.on('socket', (socket) => {
      if (!socket.connecting) noteConnected()
      else socket.once(isSecure ? 'secureConnect' : 'connect', noteConnected)
    })
    request.on('error', fail)
    request.on('response', (incoming) => {
      const { statusCode = 0, headers: answered } = incoming
      readText(incoming).then(
        (text) => resolve({ status: statusCode, retryAfter: answered['retry-after'], text }),
        fail,
      )
    })
    request.end(body)
  })
}

async function readText(incoming: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > answerBytesMax) throw new Error(`The answer is larger than ${answerBytesMax} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function makeTimeout(): Error {
  return Object.assign(new Error('the server is silent'), { code: 'ETIMEDOUT' })
}
