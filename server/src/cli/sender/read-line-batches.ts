const LF = 0x0a
const byteOrderMark = Buffer.from('\ufeff')

/** A place between two lines of an input. */
export interface InputPlace {
  readonly bytes: number
  /** Lines before the place, blank ones too. */
  readonly lines: number
  /** Lines before the place that are not blank: each is an event, the number of the next one is its sequence. */
  readonly events: number
}

export const startOfInput: InputPlace = { bytes: 0, lines: 0, events: 0 }

export interface EventLine {
  /** Number of the line in the input, from 1. */
  readonly lineNumber: number
  /** Without its line feed. */
  readonly bytes: Uint8Array
}

/** Lines that are sent in one request, or one line that is too long to be sent. */
export interface LineBatch {
  readonly start: InputPlace
  readonly end: InputPlace
  /** Empty when only blank lines were left, or when the line is too long. */
  readonly lines: readonly EventLine[]
  /** A line over the limit; its bytes were not kept. */
  readonly tooLong?: { readonly lineNumber: number; readonly bytes: number }
}

export interface LineBatchLimits {
  readonly batchEventsMax: number
  /** A batch ends when it holds so many bytes; one line may be longer. */
  readonly batchBytesMax: number
  readonly lineBytesMax: number
  /** Ends a batch with the chunk in which its last line ended, so that no line of a slow stream waits for others. */
  readonly endsWithChunk?: boolean
}

/**
 * Cuts an input into batches of lines. Holds one batch and one line in memory, however long the lines are.
 * The last line needs no line feed. A byte order mark at the start of the input is not part of an event.
 */
export async function* readLineBatches(
  chunks: AsyncIterable<Uint8Array>,
  start: InputPlace,
  limits: LineBatchLimits,
): AsyncGenerator<LineBatch> {
  const cutter = new BatchCutter(start, limits)
  for await (const chunk of chunks) {
    let at = 0
    for (;;) {
      const end = chunk.indexOf(LF, at)
      if (end < 0) break
      cutter.addPiece(chunk.subarray(at, end))
      yield* cutter.endLine(1)
      at = end + 1
    }
    if (at < chunk.length) cutter.addPiece(chunk.subarray(at))
    if (limits.endsWithChunk === true) yield* cutter.takeBatch()
  }
  yield* cutter.endLine(0)
  yield* cutter.takeBatch()
}

class BatchCutter {
  readonly #limits: LineBatchLimits
  #start: InputPlace
  #end: InputPlace
  #lines: EventLine[] = []
  #batchBytes = 0
  #pieces: Uint8Array[] = []
  #lineBytes = 0

  constructor(start: InputPlace, limits: LineBatchLimits) {
    this.#start = start
    this.#end = start
    this.#limits = limits
  }

  addPiece(piece: Uint8Array): void {
    this.#lineBytes += piece.length
    if (this.#lineBytes > this.#limits.lineBytesMax) this.#pieces = []
    else this.#pieces.push(piece)
  }

  /** @param feedBytes 1 if a line feed ended the line, 0 at the end of the input */
  *endLine(feedBytes: 0 | 1): Generator<LineBatch> {
    const pieces = this.#pieces
    const lineBytes = this.#lineBytes
    if (lineBytes + feedBytes === 0) return
    this.#pieces = []
    this.#lineBytes = 0
    if (lineBytes > this.#limits.lineBytesMax) {
      yield* this.takeBatch()
      this.#advance(lineBytes + feedBytes, 1)
      yield* this.takeBatch({ lineNumber: this.#end.lines, bytes: lineBytes })
      return
    }
    const whole = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
    const line = this.#end.bytes === 0 ? dropByteOrderMark(whole) : whole
    const isBlank = line.every((byte) => byte <= 0x20)
    this.#advance(lineBytes + feedBytes, isBlank ? 0 : 1)
    if (isBlank) return
    this.#lines.push({ lineNumber: this.#end.lines, bytes: line })
    this.#batchBytes += line.length + 1
    const { batchEventsMax, batchBytesMax } = this.#limits
    if (this.#lines.length >= batchEventsMax || this.#batchBytes >= batchBytesMax) yield* this.takeBatch()
  }

  *takeBatch(tooLong?: { lineNumber: number; bytes: number }): Generator<LineBatch> {
    if (this.#end.bytes === this.#start.bytes) return
    const batch = { start: this.#start, end: this.#end, lines: this.#lines }
    this.#start = this.#end
    this.#lines = []
    this.#batchBytes = 0
    yield tooLong === undefined ? batch : { ...batch, tooLong }
  }

  #advance(bytes: number, events: number): void {
    const end = this.#end
    this.#end = { bytes: end.bytes + bytes, lines: end.lines + 1, events: end.events + events }
  }
}

function dropByteOrderMark(line: Uint8Array): Uint8Array {
  return byteOrderMark.equals(line.subarray(0, 3)) ? line.subarray(3) : line
}
