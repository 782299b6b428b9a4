import type { IncomingHttpHeaders } from 'node:http'

/** A request that came to the proxy. */
export interface SeenRequest {
  readonly method: string
  /** Path and query, as sent. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** What came over this request; undefined in fair weather. */
  readonly weather: Weather['kind'] | undefined
  /** What the store answered; undefined while it did not. */
  storeStatus: number | undefined
  /** What the client was told; undefined while it got no answer. */
  status: number | undefined
  /** Why the client's connection was broken off; undefined if it was not. */
  failure: Error | undefined
}

/** What can happen to a request between a client and a store. */
export type Weather =
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'cut-answer'; readonly afterBytes: number }
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Headers; readonly body: string }
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  | { readonly kind: 'corrupt'; readonly byte: number }

type Headers = Readonly<Record<string, string>>

/** The store gets the request and does it; its answer is lost and the connection broken off. */
export const loseAnswer: Weather = { kind: 'lose-answer' }

/** The store gets that many bytes of the body, fewer than it has; then both connections are broken off. */
export function cutAfter(afterBytes: number): Weather {
  return { kind: 'cut', afterBytes }
}

/** The client gets that many bytes of the answer's body, then its connection is broken off. */
export function cutAnswerAfter(afterBytes: number): Weather {
  return { kind: 'cut-answer', afterBytes }
}

/** The store gets nothing, the client this answer when it has sent its body. */
export function answer(status: number, body = '', headers: Headers = {}): Weather {
  return { kind: 'answer', status, headers, body }
}

/** The store gets the request and does it; its answer waits for `until`. */
export function holdUntil(until: Promise<unknown>): Weather {
  return { kind: 'hold', until }
}

/** One byte of the body, counted from 0, reaches the store with other bits. */
export function corrupt(byte: number): Weather {
  return { kind: 'corrupt', byte }
}
