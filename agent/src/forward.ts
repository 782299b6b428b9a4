import type { Dispatcher, EmitRequest } from 'hansard-dispatcher'
import type { Clock } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import type { DeadLetterFile, DeadLine } from './dead-letters.ts'
import type { Line } from './follow/line-window.ts'
import type { LogEvent, ParseLine } from './lines/log-line.ts'
import type { Log } from './log.ts'

export interface ForwardOptions {
  readonly input: string
  readonly parse: ParseLine
  readonly dispatcher: Dispatcher
  readonly deadLetters: DeadLetterFile
  readonly clock: Clock
  readonly log: Log
  /** Ends a wait for room. */
  readonly stop: AbortSignal
}

/** Where lines come from. */
export interface LineSource {
  /** The dispatcher knows offsets under this name. */
  readonly stream: string
  readonly file: string
}

/** Lines of one input, since the start of the agent. */
export interface ForwardCounts {
  /** Taken by the targets that want them. */
  events: number
  /** Wanted by no target. */
  filtered: number
  /** Kept as dead letters. */
  malformed: number
}

const roomPauseMs = { first: 10, most: 1000 }
const byteOrderMark = Buffer.from('\ufeff')

/**
 * Brings lines to the dispatcher, in their order. A line that is no event goes to the dead-letter file. When a target
 * is full, it waits until there is room: nothing is passed over.
 */
export class Forwarder {
  readonly counts: ForwardCounts = { events: 0, filtered: 0, malformed: 0 }
  /** Targets that have no room at the moment. */
  waitsFor: readonly string[] = []
  readonly #options: ForwardOptions

  constructor(options: ForwardOptions) {
    this.#options = options
  }

  /**
   * Resolves to the number of lines that were taken, from the first on: all of them, unless it was stopped.
   * @throws LOCAL_FILE_UNUSABLE and errors of the disk; then some may have been taken, and taking them again is harmless
   */
  async take(lines: readonly Line[], source: LineSource): Promise<number> {
    const { parse, stop } = this.#options
    const dead: DeadLine[] = []
    let [events, filtered, taken] = [0, 0, 0]
    for (const line of lines) {
      if (stop.aborted) break
      const bytes = line.start === 0 ? dropByteOrderMark(line.bytes) : line.bytes
      if (!isBlank(bytes)) {
        let fault: HansardError | undefined
        try {
          const result = this.#emit(parse(bytes), line.end, source)
          const outcome = result instanceof Promise ? await result : result
          if (outcome === 'stopped') break
          if (outcome === 'accepted') events++
          else filtered++
        } catch (error) {
          if (!(error instanceof HansardError)) throw error
          if (error.code === 'JOURNAL_CLOSED') break
          fault = error
        }
        if (fault !== undefined) dead.push(this.#makeDeadLine(line, source.file, fault))
      }
      taken++
    }
    await this.#bury(dead)
    this.counts.events += events
    this.counts.filtered += filtered
    return taken
  }

  /** Notes a line that is too long to be read. */
  async refuseLong(start: number, end: number, { file }: LineSource, lineBytesMax: number): Promise<void> {
    const reason = `The line has ${end - start} bytes; a line has at most ${lineBytesMax}.`
    const fault = new HansardError('EVENT_TOO_LARGE', reason)
    await this.#bury([this.#makeDeadLine({ start, end, bytes: undefined }, file, fault)])
  }

  /** @throws what is wrong with the event */
  #emit(
    event: LogEvent,
    offset: number,
    source: LineSource,
  ): 'accepted' | 'filtered' | Promise<'accepted' | 'stopped'> {
    const request = { ...event, place: { stream: source.stream, offset } }
    const result = this.#options.dispatcher.emit(request)
    if (result.outcome === 'refused') throw new HansardError(result.code, result.reason)
    return result.outcome === 'full' ? this.#waitForRoom(request, result.targets) : result.outcome
  }

  async #waitForRoom(request: EmitRequest, targets: readonly string[]): Promise<'accepted' | 'stopped'> {
    const { dispatcher, clock, stop } = this.#options
    this.waitsFor = targets
    try {
      for (let pauseMs = roomPauseMs.first; ; pauseMs = Math.min(2 * pauseMs, roomPauseMs.most)) {
        await clock.sleep(pauseMs, stop)
        if (stop.aborted) return 'stopped'
        // Those that have the event already must not get it again: not every target knows places.
        const result = dispatcher.emit({ ...request, only: this.waitsFor })
        if (result.outcome === 'refused') throw new HansardError(result.code, result.reason)
        if (result.outcome !== 'full') return 'accepted'
        this.waitsFor = result.targets
      }
    } finally {
      this.waitsFor = []
    }
  }

  async #bury(dead: readonly DeadLine[]): Promise<void> {
    if (dead.length === 0) return
    const { deadLetters, log, input } = this.#options
    await deadLetters.keep(dead)
    this.counts.malformed += dead.length
    const { file, offset, code, reason } = dead[0]!
    log.warn('Lines are no events; they stand in the dead-letter file', {
      ...{ input, file, lines: dead.length, first: { offset, code, reason } },
    })
  }

  #makeDeadLine(
    { start, end, bytes }: { start: number; end: number; bytes: Uint8Array | undefined },
    file: string,
    fault: HansardError,
  ): DeadLine {
    const { clock, input } = this.#options
    return {
      at: clock.readNow(),
      ...{ input, file },
      offset: start,
      bytes: end - start,
      code: fault.code,
      reason: fault.message,
      // The bytes belong to the window, which may be used again before the letter is written.
      line: bytes === undefined ? undefined : Uint8Array.from(bytes),
    }
  }
}

function dropByteOrderMark(bytes: Uint8Array): Uint8Array {
  return byteOrderMark.equals(bytes.subarray(0, 3)) ? bytes.subarray(3) : bytes
}

function isBlank(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 0x20) return false
  return true
}
