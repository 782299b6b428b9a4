import type { DiskFile } from 'hansard-journal'
import { type DiskFaults, makeDiskError } from './disk-faults.ts'
import type { SeededRandom } from './random.ts'
import type { SimFile } from './sim-file.ts'

/** One life of the simulated process: from a start to a crash or kill. */
export interface Life {
  hasEnded: boolean
}

/** What an open file needs of its disk. */
export interface HandleGround {
  run<T>(operation: string, work: () => T): Promise<T>
  readFreeBytes(): number
  addUsedBytes(bytes: number): void
  readonly random: SeededRandom
  readonly faults: DiskFaults
}

/** An open file of a simulated disk; useless after its process has ended. */
export class SimHandle implements DiskFile {
  readonly #path: string
  readonly #file: SimFile
  readonly #canWrite: boolean
  readonly #life: Life
  readonly #ground: HandleGround
  #isClosed = false

  constructor(path: string, file: SimFile, canWrite: boolean, life: Life, ground: HandleGround) {
    this.#path = path
    this.#file = file
    this.#canWrite = canWrite
    this.#life = life
    this.#ground = ground
  }

  read(target: Uint8Array, offset: number, length: number, position: number): Promise<number> {
    return this.#run('read', () => {
      const { random, faults } = this.#ground
      if (random.chance(faults.readError)) throw makeDiskError('EIO', this.#path)
      const count =
        length > 1 && random.chance(faults.shortRead) ? 1 + random.nextInteger(length - 1) : length
      return this.#file.read(target, offset, count, position)
    })
  }

  write(chunks: readonly Uint8Array[], position: number): Promise<number> {
    return this.#run('write', () => {
      this.#checkWritable()
      const { random, faults } = this.#ground
      let total = 0
      for (const chunk of chunks) total += chunk.length
      if (random.chance(faults.writeError)) {
        this.#writePart(chunks, position, random.nextInteger(total))
        throw makeDiskError('EIO', this.#path)
      }
      const wanted = total > 1 && random.chance(faults.shortWrite) ? 1 + random.nextInteger(total - 1) : total
      const written = this.#writePart(chunks, position, wanted)
      if (written === 0 && total > 0) throw makeDiskError('ENOSPC', this.#path)
      return written
    })
  }

  sync(): Promise<void> {
    return this.#run('sync', () => {
      if (this.#ground.random.chance(this.#ground.faults.syncError)) {
        this.#file.failSync()
        throw makeDiskError('EIO', this.#path)
      }
      this.#file.sync()
    })
  }

  readSize(): Promise<number> {
    return this.#run('readSize', () => this.#file.size)
  }

  truncate(length: number): Promise<void> {
    return this.#run('truncate', () => {
      this.#checkWritable()
      const growth = length - this.#file.size
      this.#file.truncate(length)
      this.#addUsedBytes(growth)
    })
  }

  close(): Promise<void> {
    return this.#run('close', () => {
      this.#isClosed = true
    })
  }

  async #run<T>(operation: string, work: () => T): Promise<T> {
    if (this.#life.hasEnded) throw makeDiskError('ECRASHED', this.#path)
    return this.#ground.run(operation, () => {
      if (this.#isClosed) throw makeDiskError('EBADF', this.#path)
      return work()
    })
  }

  #checkWritable(): void {
    if (!this.#canWrite) throw makeDiskError('EBADF', this.#path)
  }

  /** Writes as much of the first `wanted` bytes as the disk has room for. */
  #writePart(chunks: readonly Uint8Array[], position: number, wanted: number): number {
    const growth = Math.max(0, position + wanted - this.#file.size)
    const missing = Math.max(0, growth - Math.max(0, this.#ground.readFreeBytes()))
    const written = Math.max(0, wanted - missing)
    const sizeBefore = this.#file.size
    this.#file.write(chunks, position, written)
    this.#addUsedBytes(this.#file.size - sizeBefore)
    return written
  }

  #addUsedBytes(bytes: number): void {
    // A file without a name gave its space back when it lost the name.
    if (this.#file.links > 0) this.#ground.addUsedBytes(bytes)
  }
}
