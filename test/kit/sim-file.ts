import type { SeededRandom } from './random.ts'

/** What reaches a disk whole or not at all. */
const sectorBytes = 512

type Bytes = Buffer<ArrayBuffer>

interface Run {
  readonly start: number
  readonly end: number
}

/** Bytes of a file as programs see them, and as they would be found after a power cut. */
export class SimFile {
  /** Names that point here. */
  links = 0
  size = 0
  #data: Bytes = Buffer.alloc(0)
  #durable: Bytes = Buffer.alloc(0)
  #durableSize = 0
  /** Written since the last sync, in the order of the writes. */
  #dirty: Run[] = []
  /** Unsynced when a sync failed: marked clean, so that no later sync saves them. */
  #lost: Run[] = []
  #truncatedTo = Number.POSITIVE_INFINITY

  read(target: Uint8Array, offset: number, length: number, position: number): number {
    const count = Math.max(0, Math.min(length, this.size - position))
    if (count > 0) this.#data.copy(target, offset, position, position + count)
    return count
  }

  /** Writes the first `length` bytes of the chunks. */
  write(chunks: readonly Uint8Array[], position: number, length: number): void {
    const end = position + length
    if (length === 0) return
    this.#data = withCapacity(this.#data, end)
    let at = position
    for (const chunk of chunks) {
      const count = Math.min(chunk.length, end - at)
      this.#data.set(count === chunk.length ? chunk : chunk.subarray(0, count), at)
      at += count
      if (at === end) break
    }
    this.size = Math.max(this.size, end)
    const last = this.#dirty.at(-1)
    if (last?.end === position) this.#dirty[this.#dirty.length - 1] = { start: last.start, end }
    else this.#dirty.push({ start: position, end })
  }

  truncate(length: number): void {
    if (length < this.size) {
      this.#data.fill(0, length, this.size)
      this.#truncatedTo = Math.min(this.#truncatedTo, length)
      this.#dirty = clipRuns(this.#dirty, length)
      this.#lost = clipRuns(this.#lost, length)
    } else {
      this.#data = withCapacity(this.#data, length)
    }
    this.size = length
  }

  sync(): void {
    this.#durable = withCapacity(this.#durable, this.size)
    if (this.#truncatedTo < this.#durableSize) this.#durable.fill(0, this.#truncatedTo, this.#durableSize)
    for (const { start, end } of this.#dirty) this.#data.copy(this.#durable, start, start, end)
    this.#durableSize = this.size
    this.#dirty = []
    this.#truncatedTo = Number.POSITIVE_INFINITY
  }

  /** A sync that reports an error, as Linux does it: the pages are marked clean all the same. */
  failSync(): void {
    this.#lost.push(...this.#dirty)
    this.#dirty = []
  }

  /** The power goes: what was synced stays; of the rest chance decides, sector by sector. */
  forget(random: SeededRandom): void {
    const unsynced = [...this.#lost, ...this.#dirty]
    if (unsynced.length > 0 || this.size !== this.#durableSize || this.#truncatedTo < this.#durableSize) {
      const survivor = this.#drawSurvivor(unsynced, random)
      this.#data = survivor
      this.#durable = Buffer.from(survivor)
      this.size = survivor.length
      this.#durableSize = survivor.length
    }
    this.#dirty = []
    this.#lost = []
    this.#truncatedTo = Number.POSITIVE_INFINITY
  }

  #drawSurvivor(unsynced: readonly Run[], random: SeededRandom): Bytes {
    const fate = random.pick(['none', 'all', 'prefix', 'subset'] as const)
    const isCut =
      this.#truncatedTo < this.#durableSize && (fate === 'all' || (fate !== 'none' && random.chance(0.5)))
    const baseSize = isCut ? this.#truncatedTo : this.#durableSize
    const content = Buffer.alloc(Math.max(this.size, this.#durableSize))
    this.#durable.copy(content, 0, 0, baseSize)

    const pieces = unsynced.flatMap(splitIntoSectors)
    const kept =
      fate === 'none'
        ? []
        : fate === 'all'
          ? pieces
          : fate === 'prefix'
            ? pieces.slice(0, random.nextInteger(pieces.length + 1))
            : pieces.filter(() => random.chance(0.5))
    let size = baseSize
    for (const { end } of kept) size = Math.max(size, end)
    if (fate === 'all') size = this.size
    // File systems may save the new size before the bytes.
    else if (this.size > size && random.chance(0.3)) size += 1 + random.nextInteger(this.size - size)

    if (size > baseSize) fillWithStaleBytes(content, baseSize, size, random)
    for (const { start, end } of kept) this.#data.copy(content, start, start, end)
    return content.subarray(0, size)
  }
}

/** What a grown file shows where its bytes never arrived: zeros, noise, or older bytes of the disk. */
function fillWithStaleBytes(content: Buffer, start: number, end: number, random: SeededRandom): void {
  const kind = random.pick(['zeros', 'zeros', 'noise', 'older'] as const)
  if (kind === 'noise') content.fill(random.readBytes(64), start, end)
  if (kind === 'older' && start > 0) {
    const from = random.nextInteger(start)
    content.copy(content, start, from, Math.min(start, from + end - start))
  }
}

function splitIntoSectors({ start, end }: Run): Run[] {
  const pieces: Run[] = []
  for (let at = start; at < end; ) {
    const next = Math.min(end, at - (at % sectorBytes) + sectorBytes)
    pieces.push({ start: at, end: next })
    at = next
  }
  return pieces
}

function clipRuns(runs: readonly Run[], length: number): Run[] {
  return runs
    .filter(({ start }) => start < length)
    .map(({ start, end }) => ({ start, end: Math.min(end, length) }))
}

function withCapacity(bytes: Bytes, length: number): Bytes {
  if (bytes.length >= length) return bytes
  const larger = Buffer.alloc(Math.max(length, 2 * bytes.length, 4096))
  bytes.copy(larger)
  return larger
}
