import { type FileHandle, open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip, type Gunzip } from 'node:zlib'

/** An open log file; a compressed one reads as if it were not. */
export interface LogFile {
  readonly inode: string
  /** A compressed file never grows: its end is the end of its last line. */
  readonly isCompressed: boolean
  /** How far the file was read, in bytes on disk. */
  readonly readBytes: number
  /** Reads up to `target.length` bytes at `position`; 0 at the end. Errors of the disk, and of broken compression. */
  read(target: Uint8Array, position: number): Promise<number>
  close(): Promise<void>
}

export async function openLogFile(path: string): Promise<LogFile> {
  const handle = await open(path, 'r')
  try {
    const inode = String((await handle.stat({ bigint: true })).ino)
    const magic = Buffer.alloc(2)
    await handle.read(magic, 0, 2, 0)
    return magic.equals(gzipMagic) ? new CompressedFile(handle, inode) : new PlainFile(handle, inode)
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Reads from `position` on until `target` is full or the file ends; the bytes read. */
export async function fill(file: LogFile, target: Uint8Array, position: number): Promise<number> {
  let filled = 0
  while (filled < target.length) {
    const count = await file.read(target.subarray(filled), position + filled)
    if (count === 0) break
    filled += count
  }
  return filled
}

const gzipMagic = Buffer.of(0x1f, 0x8b)
const chunkBytes = 64 * 1024

class PlainFile implements LogFile {
  readonly inode: string
  readonly isCompressed = false
  readBytes = 0
  readonly #handle: FileHandle

  constructor(handle: FileHandle, inode: string) {
    this.#handle = handle
    this.inode = inode
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    const { bytesRead } = await this.#handle.read(target, 0, target.length, position)
    this.readBytes = Math.max(this.readBytes, position + bytesRead)
    return bytesRead
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/** Decompresses as it is read. Going back means to begin again. */
class CompressedFile implements LogFile {
  readonly inode: string
  readonly isCompressed = true
  readBytes = 0
  readonly #handle: FileHandle
  #unpacking: { readonly stream: Gunzip; readonly chunks: AsyncIterator<Buffer> } | undefined
  #chunk: Buffer = Buffer.alloc(0)
  #chunkStart = 0

  constructor(handle: FileHandle, inode: string) {
    this.#handle = handle
    this.inode = inode
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    if (this.#unpacking === undefined || position < this.#chunkStart) this.#begin()
    while (position >= this.#chunkStart + this.#chunk.length) {
      const next = await this.#unpacking!.chunks.next()
      if (next.done === true) return 0
      this.#chunkStart += this.#chunk.length
      this.#chunk = next.value
    }
    return this.#chunk.copy(target, 0, position - this.#chunkStart)
  }

  async close(): Promise<void> {
    this.#unpacking?.stream.destroy()
    await this.#handle.close()
  }

  #begin(): void {
    this.#unpacking?.stream.destroy()
    const stream = createGunzip({ chunkSize: chunkBytes })
    // A fault ends the stream; who reads from it gets it.
    pipeline(this.#readPacked(), stream, () => {})
    this.#unpacking = { stream, chunks: stream[Symbol.asyncIterator]() }
    this.#chunk = Buffer.alloc(0)
    this.#chunkStart = 0
  }

  /** Not a stream of Node: that would close the file at its own end. */
  async *#readPacked(): AsyncGenerator<Buffer> {
    for (let position = 0; ; ) {
      const packed = Buffer.allocUnsafe(chunkBytes)
      const { bytesRead } = await this.#handle.read(packed, 0, chunkBytes, position)
      if (bytesRead === 0) return
      position += bytesRead
      this.readBytes = Math.max(this.readBytes, position)
      yield packed.subarray(0, bytesRead)
    }
  }
}

/** The file as if it ended at `until`. */
export function cutOff(file: LogFile, until: number): LogFile {
  return {
    inode: file.inode,
    isCompressed: file.isCompressed,
    get readBytes() {
      return file.readBytes
    },
    read: async (target, position) =>
      position >= until ? 0 : file.read(target.subarray(0, until - position), position),
    close: () => file.close(),
  }
}
