import { fill, type LogFile } from './log-file.ts'

/** Whole lines that stand one after the other in a file, or what stands there in their place. */
export type WindowContent =
  | { readonly kind: 'lines'; readonly bytes: Uint8Array; readonly lines: readonly Line[] }
  /** The file ends here, or in the middle of a line: `rest` holds it, unless it is over the limit already. */
  | { readonly kind: 'end'; readonly end: number; readonly rest: Uint8Array | undefined }
  /** A line over the limit, with its line feed. */
  | { readonly kind: 'too-long'; readonly end: number }

/** A line without its line feed. Its bytes are good until the window is used again. */
export interface Line {
  readonly bytes: Uint8Array
  readonly start: number
  /** Behind the line feed. */
  readonly end: number
}

const lineFeed = 0x0a
const usualBytes = 256 * 1024

/** Reads a file line by line through a window of bounded size. One file at a time. */
export class LineWindow {
  #buffer = Buffer.allocUnsafe(usualBytes)
  readonly #lineBytesMax: number

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax
  }

  /** What stands at `offset`, which is the start of a line. Memory is twice the longest line that is taken. */
  async read(file: LogFile, offset: number): Promise<WindowContent> {
    if (this.#buffer.length > usualBytes) this.#buffer = Buffer.allocUnsafe(usualBytes)
    let filled = 0
    for (;;) {
      filled += await fill(file, this.#buffer.subarray(filled), offset + filled)
      const lastFeed = filled === 0 ? -1 : this.#buffer.lastIndexOf(lineFeed, filled - 1)
      if (lastFeed >= 0) {
        const bytes = this.#buffer.subarray(0, lastFeed + 1)
        return { kind: 'lines', bytes, lines: cutLines(bytes, offset) }
      }
      if (filled < this.#buffer.length) {
        return { kind: 'end', end: offset + filled, rest: this.#buffer.subarray(0, filled) }
      }
      if (filled > this.#lineBytesMax) return this.#findEnd(file, offset + filled)
      const larger = Buffer.allocUnsafe(Math.min(2 * this.#buffer.length, this.#lineBytesMax + 1))
      this.#buffer.copy(larger)
      this.#buffer = larger
    }
  }

  async #findEnd(file: LogFile, from: number): Promise<WindowContent> {
    for (let position = from; ; ) {
      const filled = await fill(file, this.#buffer, position)
      const feed = this.#buffer.subarray(0, filled).indexOf(lineFeed)
      if (feed >= 0) return { kind: 'too-long', end: position + feed + 1 }
      if (filled < this.#buffer.length) return { kind: 'end', end: position + filled, rest: undefined }
      position += filled
    }
  }
}

function cutLines(bytes: Buffer, offset: number): Line[] {
  const lines: Line[] = []
  for (let start = 0; start < bytes.length; ) {
    const feed = bytes.indexOf(lineFeed, start)
    lines.push({ bytes: bytes.subarray(start, feed), start: offset + start, end: offset + feed + 1 })
    start = feed + 1
  }
  return lines
}

/** Behind the last line feed of the first `size` bytes: where a line begins that is not finished yet. */
export async function findLastLineStart(file: LogFile, size: number): Promise<number> {
  const block = Buffer.alloc(64 * 1024)
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length)
    const filled = await fill(file, block.subarray(0, end - start), start)
    const feed = block.subarray(0, filled).lastIndexOf(lineFeed)
    if (feed >= 0) return start + feed + 1
    end = start
  }
  return 0
}
