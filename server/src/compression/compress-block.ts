import { constants, gzipSync, zstdCompressSync } from 'node:zlib'

export type Compression =
  | { readonly kind: 'gzip'; readonly level: number }
  | { readonly kind: 'zstd'; readonly level: number }
  | { readonly kind: 'none' }

/**
 * Uncompressed bytes of a block. A block is a gzip member or a zstd frame of its own, so the output depends on
 * the lines alone, never on when they came.
 */
export const blockBytes = 256 * 1024

export function compressBlock(compression: Compression, block: Uint8Array): Uint8Array {
  switch (compression.kind) {
    case 'gzip':
      return gzipSync(block, { level: compression.level })
    case 'zstd':
      return zstdCompressSync(block, {
        params: {
          [constants.ZSTD_c_compressionLevel]: compression.level,
          [constants.ZSTD_c_checksumFlag]: 1,
        },
      })
    case 'none':
      return block
  }
}

export function fileExtension(compression: Compression): string {
  return { gzip: '.jsonl.gz', zstd: '.jsonl.zst', none: '.jsonl' }[compression.kind]
}
