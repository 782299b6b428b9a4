import type { IncomingMessage } from 'node:http'
import { HansardError, type Limits } from 'hansard-protocol'
import { decompress } from '../compression/decompress.ts'
import type { BodyPool } from './body-pool.ts'

/** Bodies from this size on are read into buffers of the pool. */
const pooledBytesMin = 64 * 1024

/** A body as it arrived. `release` gives its memory back; the bytes are gone then. */
export interface RawBody {
  readonly bytes: Buffer
  release(): void
}

/**
 * Reads the whole body, at most `bodyBytesMax`.
 * @throws BODY_TOO_LARGE, BODY_INCOMPLETE
 */
export function readBody(request: IncomingMessage, limits: Limits, pool: BodyPool): Promise<RawBody> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limits.bodyBytesMax) return Promise.reject(makeTooLarge(limits.bodyBytesMax))
  const pooled = announced >= pooledBytesMin ? pool.take(announced) : undefined
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      if (bytes + chunk.length > limits.bodyBytesMax) {
        chunks = []
        request.removeAllListeners('data')
        request.resume()
        reject(makeTooLarge(limits.bodyBytesMax))
        return
      }
      if (pooled === undefined) chunks.push(chunk)
      else chunk.copy(pooled, bytes)
      bytes += chunk.length
    })
    request.on('end', () => {
      if (pooled !== undefined) {
        resolve({ bytes: pooled.subarray(0, bytes), release: () => pool.give(pooled) })
        return
      }
      const whole = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes)
      resolve({ bytes: whole, release() {} })
    })
    request.on('error', (cause) => reject(makeIncomplete(cause)))
    request.on('close', () => reject(makeIncomplete(undefined)))
  })
}

/**
 * Undoes the one layer of `Content-Encoding`.
 * @throws CONTENT_ENCODING_UNSUPPORTED, BODY_ENCODING_BROKEN, BODY_TOO_LARGE
 */
export async function decodeBody(
  body: Buffer,
  encoding: string | undefined,
  limits: Limits,
): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? ''
  if (name === '' || name === 'identity') return body
  if (name !== 'gzip' && name !== 'deflate' && name !== 'zstd') {
    throw new HansardError(
      'CONTENT_ENCODING_UNSUPPORTED',
      'This server reads the encodings gzip, deflate, zstd and identity, one layer of them.',
    )
  }
  try {
    return await decompress(name, body, limits.decodedBytesMax)
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new HansardError(
        'BODY_TOO_LARGE',
        `The body is larger than ${limits.decodedBytesMax} bytes after decompression.`,
        { facts: { limit: limits.decodedBytesMax }, cause },
      )
    }
    throw new HansardError('BODY_ENCODING_BROKEN', `The body does not decompress as ${name}.`, { cause })
  }
}

function makeTooLarge(limit: number): HansardError {
  return new HansardError(
    'BODY_TOO_LARGE',
    `The body is larger than ${limit} bytes. Send it in several requests.`,
    {
      facts: { limit },
    },
  )
}

function makeIncomplete(cause: unknown): HansardError {
  return new HansardError('BODY_INCOMPLETE', 'The connection ended before the body was complete.', { cause })
}
