import type { Forwarder } from '../forward.ts'
import type { FoundFile } from './find-files.ts'
import { LineWindow, type WindowContent } from './line-window.ts'
import type { LogFile } from './log-file.ts'
import type { PlaceBook, Stream } from './place-book.ts'
import { makePrint, printBytesMax, readHead, startsWithPrint } from './print.ts'

export interface StreamReaderOptions {
  readonly book: PlaceBook
  readonly forwarder: Forwarder
  readonly lineBytesMax: number
  readonly stop: AbortSignal
}

/**
 * What became of a reading. `'end'`: all whole lines were taken. `'replaced'`: the file holds something else than the
 * stream; nothing of that was taken. `'stopped'`: there is more.
 */
export type ReadResult = 'end' | 'replaced' | 'stopped'

/**
 * What the end of a file means. `'growing'`: a line may be half written. `'given'`: somebody says that the file is
 * whole, so a last line without line feed is taken if it looks finished. `'removed'`: nothing more can come.
 */
export type FileEnd = 'growing' | 'given' | 'removed'

/** Takes the lines of streams, from the place of each on. One stream at a time. */
export class StreamReader {
  readonly #options: StreamReaderOptions
  readonly #window: LineWindow

  constructor(options: StreamReaderOptions) {
    this.#options = options
    this.#window = new LineWindow(options.lineBytesMax)
  }

  /**
   * Reads until the end of the file.
   * @param found the file as it stood before it was opened: more than its size is left for the next time
   */
  async read(file: LogFile, stream: Stream, found: FoundFile, fileEnd: FileEnd): Promise<ReadResult> {
    const { stop, forwarder, book, lineBytesMax } = this.#options
    const source = { stream: stream.id, file: stream.path }
    for (;;) {
      if (stop.aborted) return 'stopped'
      const { offset } = stream.place
      const content = await this.#window.read(file, offset)
      // After the reading: a log that was cut off before it does not begin with the same bytes any more.
      const hasLines = content.kind !== 'end' || fileEnd !== 'growing'
      if (!file.isCompressed && !(await this.#checkHead(file, stream, hasLines))) return 'replaced'
      if (content.kind === 'too-long') {
        await forwarder.refuseLong(offset, content.end, source, lineBytesMax)
        stream.place = { ...stream.place, offset: content.end, end: null }
      } else if (content.kind === 'lines') {
        const taken = await forwarder.take(content.lines, source)
        if (taken > 0) movePlace(stream, content.bytes, content.lines[taken - 1]!.end)
        if (taken < content.lines.length) return 'stopped'
      } else {
        if (content.end > offset && isWhole(content, file.isCompressed ? 'removed' : fileEnd)) {
          await this.#takeRest(stream, content)
        }
        if (stop.aborted) return 'stopped'
        stream.place = { ...stream.place, end: { size: found.size, mtimeMs: found.mtimeMs } }
      }
      book.noteChange()
      if (content.kind === 'end') return 'end'
      if (!file.isCompressed && fileEnd === 'growing' && stream.place.offset >= found.size) {
        stream.place = { ...stream.place, end: { size: found.size, mtimeMs: found.mtimeMs } }
        return 'end'
      }
    }
  }

  async #takeRest(stream: Stream, content: Rest): Promise<void> {
    const { forwarder, lineBytesMax } = this.#options
    const { offset } = stream.place
    const source = { stream: stream.id, file: stream.path }
    if (content.rest === undefined) {
      await forwarder.refuseLong(offset, content.end, source, lineBytesMax)
      stream.place = { ...stream.place, offset: content.end, end: null }
      return
    }
    const line = { bytes: content.rest, start: offset, end: content.end }
    if ((await forwarder.take([line], source)) === 1) movePlace(stream, content.rest, content.end)
  }

  /** False if the file begins with other bytes. A head that is not yet known as far as it can be is saved first. */
  async #checkHead(file: LogFile, stream: Stream, hasLines: boolean): Promise<boolean> {
    const head = await readHead(file)
    if (!startsWithPrint(head, stream.head)) return false
    if (hasLines && stream.head.to < printBytesMax && head.length > stream.head.to) {
      stream.head = makePrint(head, 0)
      this.#options.book.noteChange()
      await this.#options.book.save()
    }
    return true
  }
}

type Rest = WindowContent & { kind: 'end' }

/** Whether what stands behind the last line feed is a line. */
function isWhole({ rest }: Rest, fileEnd: FileEnd): boolean {
  if (fileEnd !== 'given') return fileEnd === 'removed'
  return rest !== undefined && Buffer.from(rest).toString('latin1').trimEnd().endsWith('}')
}

/** @param bytes what stands at the place of the stream; everything before `offset` of it was taken */
function movePlace(stream: Stream, bytes: Uint8Array, offset: number): void {
  const count = offset - stream.place.offset
  const tail = bytes.subarray(Math.max(0, count - printBytesMax), count)
  stream.place = { offset, tail: makePrint(tail, offset - tail.length), end: null }
}
