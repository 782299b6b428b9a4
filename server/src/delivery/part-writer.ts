import { createHash, type Hash } from 'node:crypto'
import { blockBytes, type Compression, compressBlock } from '../compression/compress-block.ts'
import type { SealedFile } from '../connections/connection.ts'
import { type LineOwner, type LineStore, makeOwner } from './line-store.ts'

/** A finished part without its name, which the end of the epoch decides. */
export interface SealedPart {
  readonly count: number
  readonly first: number
  readonly last: number
  readonly contentBytes: number
  readonly contentSha256: string
  readonly file: SealedFile
}

interface OpenPart {
  readonly stored: LineOwner
  readonly storedHash: Hash
  readonly contentHash: Hash
  contentBytes: number
  count: number
  first: number
  last: number
}

/**
 * Writes the lines of one partition folder in one epoch: lines to blocks, blocks to parts. Where a block or a
 * part ends depends on its own lines only.
 */
export class PartWriter {
  /** Lines of the open block. */
  readonly block: LineOwner = makeOwner()
  readonly #store: LineStore
  readonly #compression: Compression
  readonly #partMaxBytes: number
  readonly #sealed: SealedPart[] = []
  #part: OpenPart | undefined

  constructor(store: LineStore, compression: Compression, partMaxBytes: number) {
    this.#store = store
    this.#compression = compression
    this.#partMaxBytes = partMaxBytes
  }

  /** All that the store must keep for this partition. */
  *owners(): Iterable<LineOwner> {
    yield this.block
    if (this.#part !== undefined) yield this.#part.stored
    for (const { file } of this.#sealed) if (file instanceof StoredPart) yield file.owner
  }

  /** Notes that a line of the event at `position` was added to `block`. */
  countLine(position: number): void {
    this.#part ??= openPart(position)
    this.#part.count++
    this.#part.last = position
  }

  get isBlockFull(): boolean {
    return this.block.bytes >= blockBytes
  }

  async closeBlock(): Promise<void> {
    const part = this.#part
    if (part === undefined || this.block.bytes === 0) return
    const lines = await this.#store.read(this.block)
    part.contentHash.update(lines)
    part.contentBytes += lines.length
    const stored = compressBlock(this.#compression, lines)
    part.storedHash.update(stored)
    // An uncompressed block is a view of the arena, which `append` may move while it makes room.
    const bytes = this.#compression.kind === 'none' ? Buffer.from(stored) : stored
    this.block.extents = []
    this.block.bytes = 0
    await this.#store.append(part.stored, bytes)
    if (part.contentBytes >= this.#partMaxBytes) this.#sealPart(part)
  }

  /** Finishes the partition; its parts, in order. */
  async seal(): Promise<readonly SealedPart[]> {
    await this.closeBlock()
    if (this.#part !== undefined) this.#sealPart(this.#part)
    return this.#sealed
  }

  #sealPart(part: OpenPart): void {
    this.#sealed.push({
      count: part.count,
      first: part.first,
      last: part.last,
      contentBytes: part.contentBytes,
      contentSha256: part.contentHash.digest('hex'),
      file: new StoredPart(this.#store, part.stored, part.storedHash.digest('hex')),
    })
    this.#part = undefined
  }
}

/** A sealed part whose bytes wait in the line store. */
class StoredPart implements SealedFile {
  readonly owner: LineOwner
  readonly sha256: string
  readonly #store: LineStore

  constructor(store: LineStore, owner: LineOwner, sha256: string) {
    this.#store = store
    this.owner = owner
    this.sha256 = sha256
  }

  get bytes(): number {
    return this.owner.bytes
  }

  read(): AsyncIterable<Uint8Array> {
    return this.#store.readPieces(this.owner)
  }
}

function openPart(position: number): OpenPart {
  return {
    stored: makeOwner(),
    storedHash: createHash('sha256'),
    contentHash: createHash('sha256'),
    contentBytes: 0,
    count: 0,
    first: position,
    last: position,
  }
}
