import { type HttpAnswer, openNodeHttp } from 'hansard-dispatcher/sending'

/** Posts bodies to one server over connections that are kept open. */
export interface HttpPoster {
  /** Posts once and gives the whole answer. @throws NoAnswer */
  post(path: string, headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<HttpAnswer>
  /** Closes the connections. */
  close(): void
}

export interface HttpPosterOptions {
  /** Address of the server; a path in it is put before the path of each request. */
  readonly url: URL
  /** For every request; those of a request win. */
  readonly headers?: Readonly<Record<string, string>>
  /** A connection that is silent for so long counts as broken. */
  readonly timeoutMs: number
}

export function openHttpPoster({ url, headers: always, timeoutMs }: HttpPosterOptions): HttpPoster {
  const http = openNodeHttp({ connectTimeoutMs: timeoutMs, answerTimeoutMs: timeoutMs, tls: {} })
  return {
    post: (path, headers, body) => {
      // Only `close` ends a request early.
      const { signal } = new AbortController()
      return http.ask({
        ...{ method: 'POST', url: url.href, path, body, signal },
        headers: { ...always, ...headers },
      })
    },
    close: () => http.close(),
  }
}
