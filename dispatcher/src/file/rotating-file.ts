import { basename, dirname } from 'node:path'
import { type Disk, type DiskFile, hasErrorCode, ignoreMissing, writeFully } from 'hansard-journal'
import { endTornLine } from './end-torn-line.ts'

/**
 * A log file that is moved out of the way when it is large enough: `audit.log` becomes `audit.log.1`, that one
 * `audit.log.2`, and the oldest one is removed. A file never holds a part of a line of another write.
 */
export class RotatingFile {
  rotations = 0
  readonly #disk: Disk
  readonly #path: string
  readonly #fileBytesMax: number
  readonly #filesKept: number
  #file: DiskFile | undefined
  /** Bytes of whole lines; what stands behind them came of a write that failed. Undefined: not known yet. */
  #size: number | undefined

  constructor(disk: Disk, path: string, fileBytesMax: number, filesKept: number) {
    this.#disk = disk
    this.#path = path
    this.#fileBytesMax = fileBytesMax
    this.#filesKept = filesKept
  }

  /** Appends whole lines. After an error they may be written again: what came of the first attempt is overwritten. */
  async append(lines: Buffer): Promise<void> {
    let { file, size } = await this.#open()
    if (size > 0 && size + lines.length > this.#fileBytesMax) {
      await this.#rotate()
      ;({ file, size } = await this.#open())
    }
    this.#size = size + (await writeFully(file, [lines], size))
  }

  async sync(): Promise<void> {
    await this.#file?.sync()
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  async #open(): Promise<{ file: DiskFile; size: number }> {
    this.#file ??= await this.#openFile()
    this.#size ??= await endTornLine(this.#file)
    return { file: this.#file, size: this.#size }
  }

  async #openFile(): Promise<DiskFile> {
    const folder = dirname(this.#path)
    await this.#disk.makeFolder(folder)
    try {
      const file = await this.#disk.openFile(this.#path, 'write')
      if (this.#size !== undefined && (await file.readSize()) > this.#size) await file.truncate(this.#size)
      return file
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT')) throw error
    }
    this.#size = 0
    const file = await this.#disk.createFile(this.#path)
    await this.#disk.syncFolder(folder)
    return file
  }

  /** If it stops half-way, the next attempt goes on there: it begins at the name that is free. */
  async #rotate(): Promise<void> {
    await this.#file?.sync()
    await this.close()
    const folder = dirname(this.#path)
    const names = new Set((await this.#disk.listFolder(folder)).map(({ name }) => name))
    const makePath = (index: number): string => (index === 0 ? this.#path : `${this.#path}.${index}`)
    let free = 0
    while (free < this.#filesKept && names.has(basename(makePath(free)))) free++
    if (free === this.#filesKept) await this.#disk.removeFile(makePath(free)).catch(ignoreMissing)
    for (let index = free; index > 0; index--)
      await this.#disk.renameFile(makePath(index - 1), makePath(index))
    await this.#disk.syncFolder(folder)
    this.#size = undefined
    this.rotations++
  }
}
