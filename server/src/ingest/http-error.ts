import { HansardError } from 'hansard-protocol'

export interface HttpErrorLimits {
  readonly headerBytesMax: number
  readonly headersTimeoutMs: number
}

/** What Node's parser says of bytes that it refuses, as a refusal; undefined if the connection broke. */
export function translateHttpError(error: unknown, limits: HttpErrorLimits): HansardError | undefined {
  const { code = '' } = error as NodeJS.ErrnoException
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new HansardError(
        'HEADERS_TOO_LARGE',
        `Request line and headers have more than ${limits.headerBytesMax} bytes.`,
        { facts: { limit: limits.headerBytesMax }, cause: error },
      )
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HansardError(
        'REQUEST_TOO_SLOW',
        `The request was not complete in time; its headers have ${limits.headersTimeoutMs / 1000} seconds.`,
        { cause: error },
      )
    case 'HPE_INVALID_EOF_STATE':
      return new HansardError('BODY_INCOMPLETE', 'The connection ended before the request was complete.', {
        cause: error,
      })
    default:
      if (!code.startsWith('HPE_')) return undefined
      return new HansardError('HTTP_INVALID', `The bytes are not a request of HTTP/1.1 (${code}).`, {
        cause: error,
      })
  }
}
