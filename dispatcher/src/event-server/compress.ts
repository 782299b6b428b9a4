import { promisify } from 'node:util'
import * as zlib from 'node:zlib'

/** Ways to compress a body, the best first. */
export type Encoding = 'zstd' | 'gzip' | 'identity'

/** A request body as it travels. */
export interface Body {
  readonly bytes: Buffer
  readonly encoding: Encoding
}

/** Smaller bodies gain nothing. */
const bytesMin = 1024

const gzip = promisify(zlib.gzip)
// Missing in Node 20.
const zstd = zlib.zstdCompress === undefined ? undefined : promisify(zlib.zstdCompress)

/** The first encoding to try. `'auto'`: the best of this Node. */
export function findEncoding(wanted: 'auto' | Encoding): Encoding {
  if (wanted === 'auto' || wanted === 'zstd') return zstd === undefined ? 'gzip' : 'zstd'
  return wanted
}

/** What to try when a server does not read `encoding`; undefined when there is nothing left. */
export function findPlainerEncoding(encoding: Encoding): Encoding | undefined {
  if (encoding === 'identity') return undefined
  return encoding === 'zstd' ? 'gzip' : 'identity'
}

/** Compresses off the thread of the application. */
export async function compressBody(body: Buffer, encoding: Encoding): Promise<Body> {
  if (encoding === 'identity' || body.length < bytesMin) return { bytes: body, encoding: 'identity' }
  if (encoding === 'zstd' && zstd !== undefined) return { bytes: await zstd(body), encoding }
  return { bytes: await gzip(body, { level: 3 }), encoding: 'gzip' }
}
