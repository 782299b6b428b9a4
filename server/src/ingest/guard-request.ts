import type { IncomingMessage } from 'node:http'
import { HansardError, wireHeader } from 'hansard-protocol'

/** Headers that may come once only: with two of them, what is before this server may have read the other. */
const onceOnly = [
  ...['host', 'authorization', 'content-type', 'content-encoding', 'content-length', 'transfer-encoding'],
  'expect',
  ...Object.values(wireHeader),
]
const onceOnlyBits: ReadonlyMap<string, number> = new Map(onceOnly.map((name, index) => [name, 1 << index]))

/** What a host may consist of, with its port. */
const hostPattern = /^[\w.~%!$&'()*+,;=:[\]-]*$/
const absoluteTarget = /^https?:\/\/([^/?#]*)([/?].*)?$/i

/**
 * Refuses what Node's parser lets through although it can be read in two ways, or in none. The connection must be
 * closed behind it: where the next request begins is not known for sure.
 *
 * @throws HTTP_INVALID, HEADERS_TOO_LARGE, METHOD_NOT_ALLOWED
 */
export function guardRequest(request: IncomingMessage, headerCountMax: number): void {
  const { rawHeaders } = request
  // The parser keeps one more than the limit, and drops the rest without a word.
  if (rawHeaders.length > 2 * headerCountMax) {
    throw new HansardError('HEADERS_TOO_LARGE', `The request has more than ${headerCountMax} headers.`, {
      facts: { limit: headerCountMax },
    })
  }
  if (request.method === 'TRACE') {
    throw new HansardError('METHOD_NOT_ALLOWED', 'TRACE is not answered. Use POST to send events.')
  }
  // As many names as headers: none is repeated, as nearly always.
  if (2 * Object.keys(request.headers).length !== rawHeaders.length) refuseRepeated(rawHeaders)
  guardFraming(request)
  guardTarget(request)
}

/** @throws HTTP_INVALID for headers behind the body, which nobody has checked */
export function guardTrailers(request: IncomingMessage): void {
  if (request.rawTrailers.length > 0) throw refuse('There are headers behind the body. Send them before it.')
}

/** The path and query of the request. */
export function readTarget(request: IncomingMessage): string {
  const target = request.url ?? ''
  if (target.startsWith('/')) return target
  return absoluteTarget.exec(target)?.[2] ?? target
}

function refuseRepeated(rawHeaders: readonly string[]): void {
  let seen = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase()
    const bit = onceOnlyBits.get(name)
    if (bit === undefined) continue
    if ((seen & bit) !== 0) throw refuse(`The header ${name} stands there twice. Send it once.`)
    seen |= bit
  }
}

function guardFraming({ headers, httpVersion }: IncomingMessage): void {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') throw refuse('Send the request as HTTP/1.1.')
  const encoding = headers['transfer-encoding']
  if (encoding !== undefined) {
    if (encoding.toLowerCase() !== 'chunked') throw refuse('The only Transfer-Encoding is chunked.')
    if (httpVersion !== '1.1') throw refuse('Transfer-Encoding needs HTTP/1.1.')
    // Node refuses this itself; two rules for one length are too dangerous to count on that.
    if (headers['content-length'] !== undefined)
      throw refuse('Content-Length and Transfer-Encoding exclude each other.')
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    throw refuse('The only Expect is 100-continue.')
  }
}

function guardTarget({ url = '', headers, httpVersion }: IncomingMessage): void {
  const { host = '' } = headers
  if (headers.host === undefined && httpVersion === '1.1') throw refuse('The header host is missing.')
  if (!hostPattern.test(host)) throw refuse('The header host holds characters that no host has.')
  if (url.includes('#')) throw refuse('The address holds a "#". Send it as %23.')
  if (url.startsWith('/')) return
  const named = absoluteTarget.exec(url)?.[1]
  if (named === undefined) throw refuse('The address of a request must begin with "/".')
  if (named.toLowerCase() !== host.toLowerCase())
    throw refuse('The address is one of another host than the header host.')
}

function refuse(text: string): HansardError {
  return new HansardError('HTTP_INVALID', text)
}
