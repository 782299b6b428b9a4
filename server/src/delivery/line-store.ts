import { type Disk, type DiskFile, ignoreMissing, readUpTo, writeFully } from 'hansard-journal'

/**
 * Holds the bytes of an open epoch in bounded memory, whatever the number of partitions.
 *
 * Bytes are appended to one arena. An owner (the open block of a partition, or its finished compressed blocks)
 * knows its bytes as a list of extents. When the arena is full, what is alive is gathered owner by owner: into
 * a second arena if it is little, else into the spill file. Where bytes wait never shows in the output.
 *
 * Nothing here survives a crash, and nothing needs to: the epoch is done again from the journal.
 */
export interface LineOwner {
  /** Where the bytes are, in order: pairs of address, length. Below `spilledBytes` of the store: on disk. */
  extents: number[]
  bytes: number
}

export function makeOwner(): LineOwner {
  return { extents: [], bytes: 0 }
}

export class LineStore {
  /** The arena; writers put bytes at `used` and then call `claim`. */
  arena: Buffer
  used = 0
  readonly #disk: Disk
  readonly #spillPath: string
  readonly #owners: () => Iterable<LineOwner>
  readonly #arenas: Buffer[]
  readonly #arenaBytes: number
  #spare: Buffer | undefined
  #spillFile: DiskFile | undefined
  /** Addresses below this are in the spill file; the arena begins here. */
  #spilledBytes = 0

  constructor(options: {
    disk: Disk
    spillPath: string
    /** Of all arenas together; there are two at the most. */
    memoryBytes: number
    /** Arenas of the stores before this one; they are used again, and left here at the end. */
    arenas?: Buffer[]
    owners: () => Iterable<LineOwner>
  }) {
    this.#disk = options.disk
    this.#spillPath = options.spillPath
    this.#owners = options.owners
    this.#arenas = options.arenas ?? []
    this.#arenaBytes = Math.max(1, Math.floor(options.memoryBytes / 2))
    this.arena = this.#takeArena(this.#arenaBytes)
  }

  hasRoom(bytes: number): boolean {
    return this.used + bytes <= this.arena.length
  }

  /** Gives the `bytes` just written at `used` to the owner. */
  claim(owner: LineOwner, bytes: number): void {
    const address = this.#spilledBytes + this.used
    const { extents } = owner
    const last = extents.length - 2
    // An extent is on disk or in memory as a whole, though the two may meet.
    const isInMemory = last >= 0 && extents[last]! >= this.#spilledBytes
    if (isInMemory && extents[last]! + extents[last + 1]! === address) extents[last + 1]! += bytes
    else extents.push(address, bytes)
    owner.bytes += bytes
    this.used += bytes
  }

  async append(owner: LineOwner, bytes: Uint8Array): Promise<void> {
    if (!this.hasRoom(bytes.length)) await this.makeRoom(bytes.length)
    this.arena.set(bytes, this.used)
    this.claim(owner, bytes.length)
  }

  /** Afterwards there is room for `bytes`. */
  async makeRoom(bytes: number): Promise<void> {
    let alive = 0
    for (const owner of this.#owners()) alive += this.#countInMemory(owner)
    const enough = alive + bytes <= this.arena.length && alive <= this.arena.length / 2
    const target = this.#takeSpare(enough ? this.arena.length : Math.max(this.arena.length, bytes))
    const gathered = this.#gather(target)
    if (enough) {
      this.#spare = this.arena
      this.arena = target
      this.used = gathered
      return
    }
    this.#spillFile ??= await this.#createSpillFile()
    await writeFully(this.#spillFile, [target.subarray(0, gathered)], this.#spilledBytes)
    this.#spilledBytes += gathered
    this.used = 0
    if (target.length > this.arena.length) this.arena = target
    else this.#spare = target
  }

  /** The bytes of the owner in one piece; valid until the next call. */
  async read(owner: LineOwner): Promise<Buffer> {
    const { extents } = owner
    const start = extents[0]! - this.#spilledBytes
    if (extents.length === 2 && start >= 0) return this.arena.subarray(start, start + owner.bytes)
    const whole = Buffer.allocUnsafe(owner.bytes)
    let at = 0
    for (let index = 0; index < extents.length; index += 2) {
      const length = extents[index + 1]!
      await this.#readExtent(extents[index]!, length, whole, at)
      at += length
    }
    return whole
  }

  /** The bytes of the owner in pieces of at most 1 MiB. */
  async *readPieces(owner: LineOwner): AsyncIterable<Uint8Array> {
    for (let index = 0; index < owner.extents.length; index += 2) {
      let address = owner.extents[index]!
      let rest = owner.extents[index + 1]!
      while (rest > 0) {
        const length = Math.min(rest, 1024 * 1024)
        const piece = Buffer.allocUnsafe(length)
        await this.#readExtent(address, length, piece, 0)
        yield piece
        address += length
        rest -= length
      }
    }
  }

  async close(): Promise<void> {
    // One that grew for a very long line goes.
    for (const arena of [this.arena, this.#spare]) {
      if (arena?.length === this.#arenaBytes) this.#arenas.push(arena)
    }
    await this.#spillFile?.close()
    if (this.#spillFile !== undefined) await this.#disk.removeFile(this.#spillPath).catch(ignoreMissing)
    this.#spillFile = undefined
  }

  #takeSpare(bytes: number): Buffer {
    const spare = this.#spare
    this.#spare = undefined
    return spare !== undefined && spare.length >= bytes ? spare : this.#takeArena(bytes)
  }

  #takeArena(bytes: number): Buffer {
    const kept = bytes <= this.#arenaBytes ? this.#arenas.pop() : undefined
    return kept ?? Buffer.allocUnsafeSlow(bytes)
  }

  #countInMemory(owner: LineOwner): number {
    let bytes = 0
    for (let index = 0; index < owner.extents.length; index += 2) {
      if (owner.extents[index]! >= this.#spilledBytes) bytes += owner.extents[index + 1]!
    }
    return bytes
  }

  /** Copies what is alive in memory to `target`, each owner's bytes side by side. Their addresses are right in
   * both cases: as the new arena, and as the bytes that come next in the spill file. */
  #gather(target: Buffer): number {
    let at = 0
    for (const owner of this.#owners()) {
      const { extents } = owner
      const kept: number[] = []
      const start = at
      for (let index = 0; index < extents.length; index += 2) {
        const address = extents[index]!
        const length = extents[index + 1]!
        if (address < this.#spilledBytes) {
          kept.push(address, length)
          continue
        }
        const from = address - this.#spilledBytes
        this.arena.copy(target, at, from, from + length)
        at += length
      }
      if (at > start) kept.push(this.#spilledBytes + start, at - start)
      owner.extents = kept
    }
    return at
  }

  async #readExtent(address: number, length: number, target: Buffer, at: number): Promise<void> {
    if (address >= this.#spilledBytes) {
      const from = address - this.#spilledBytes
      this.arena.copy(target, at, from, from + length)
      return
    }
    const count = await readUpTo(this.#spillFile!, target.subarray(at, at + length), address)
    if (count < length) throw new Error('the spill file is shorter than what was written to it')
  }

  async #createSpillFile(): Promise<DiskFile> {
    await this.#disk.removeFile(this.#spillPath).catch(ignoreMissing)
    return this.#disk.createFile(this.#spillPath)
  }
}
