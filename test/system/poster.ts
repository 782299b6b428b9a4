import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import type { Problem, Receipt } from 'hansard-protocol'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly receipt: Receipt | undefined
  readonly problem: Problem | undefined
}

/** Posts bodies to one server over connections that stay open. */
export interface Poster {
  /** Rejects when the connection breaks before the answer is whole: nobody knows then what was stored. */
  post(path: string, body: string | Uint8Array, headers?: Readonly<Record<string, string>>): Promise<Answer>
  close(): void
}

export function openPoster(url: string): Poster {
  const agent = new Agent({ keepAlive: true })
  return {
    post: (path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const options = {
          agent,
          method: 'POST',
          headers: { 'content-type': 'application/x-ndjson', ...headers },
        }
        const sent = request(`${url}${path}`, options, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            if (!response.complete) return reject(new Error('the answer was cut'))
            const value = JSON.parse(Buffer.concat(chunks).toString())
            const status = response.statusCode ?? 0
            resolve({
              status,
              headers: response.headers,
              receipt: status === 200 ? value : undefined,
              problem: status === 200 ? undefined : value,
            })
          })
        })
        sent.on('error', reject)
        sent.end(body)
      }),
    close: () => agent.destroy(),
  }
}
