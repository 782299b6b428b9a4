import { isUtf8 } from 'node:buffer'
import type { LabelRun } from 'hansard-journal'
import { copyOnOneLine, HansardError, isJsonSpace, JsonScanner, type Limits } from 'hansard-protocol'
import type { Address } from './address.ts'
import { readWrapper, type Wrapper } from './read-wrapper.ts'

/** How the events stand in the body. `sequence`: JSON values one after the other, for bodies without a type. */
export type BodyFormat = 'json' | 'ndjson' | 'sequence'

/** The events of one request, ready for the journal. */
export interface DecodedBatch {
  readonly count: number
  /** Every event on one line of its own, byte for byte but for line breaks between its tokens. */
  readonly payload: Buffer
  /** Labels in the order of the events; counts add up to `count`. */
  readonly runs: readonly LabelRun[]
}

const LF = 0x0a
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COMMA = 0x2c

/**
 * Finds the events of a body, checks them against the JSON grammar and the limits, and keeps their bytes.
 * @throws BODY_*, EVENT_*, EVENTS_TOO_MANY, WRAPPER_INVALID, TOPIC_*, ROUTING_KEY_INVALID with the event's index
 */
export function decodeBatch(
  body: Buffer,
  format: BodyFormat,
  address: Address,
  limits: Limits,
): DecodedBatch {
  if (!isUtf8(body))
    throw new HansardError('BODY_NOT_UTF8', 'The body is not valid UTF-8; no event was stored.')
  const decoder = new BatchDecoder(body, address, limits)
  const start = decoder.scanner.skipSpace(body, 0, body.length)
  if (start === body.length)
    throw new HansardError('BODY_EMPTY', 'The body holds no event. Send at least one JSON object.')
  if (format !== 'ndjson' && body[start] === OPEN_BRACKET) decoder.readArray(start)
  else decoder.readSequence(start, format)
  return decoder.finish()
}

class BatchDecoder {
  readonly scanner: JsonScanner
  readonly #body: Buffer
  readonly #address: Address
  readonly #limits: Limits
  #count = 0
  #runs: LabelRun[] = []
  /** Lines copied so far; undefined while the body itself can serve as the payload. */
  #copy: Buffer | undefined
  #copied = 0
  /** The body is its own payload up to here. */
  #cleanEnd = 0

  constructor(body: Buffer, address: Address, limits: Limits) {
    this.#body = body
    this.#address = address
    this.#limits = limits
    this.scanner = new JsonScanner(limits.depthMax)
  }

  readArray(start: number): void {
    const body = this.#body
    let at = this.scanner.skipSpace(body, start + 1, body.length)
    if (body[at] === CLOSE_BRACKET) {
      throw new HansardError('BODY_EMPTY', 'The body is an empty array. Send at least one event.')
    }
    for (;;) {
      at = this.scanner.skipSpace(body, this.#readEvent(at, body.length), body.length)
      const next = body[at]
      if (next === CLOSE_BRACKET) break
      if (next !== COMMA) throw this.#refuseSyntax(at, 'expected "," or "]" behind the event')
      at = this.scanner.skipSpace(body, at + 1, body.length)
    }
    at = this.scanner.skipSpace(body, at + 1, body.length)
    if (at < body.length) throw this.#refuseSyntax(at, 'there are bytes behind the end of the array')
  }

  readSequence(start: number, format: BodyFormat): void {
    const body = this.#body
    let at = start
    while (at < body.length) {
      let lineEnd = body.length
      if (format === 'ndjson') {
        lineEnd = body.indexOf(LF, at)
        if (lineEnd < 0) lineEnd = body.length
      }
      const end = this.#readEvent(at, lineEnd)
      // The common case, one clean line after the other: step over the line feed.
      if (body[end] === LF && end + 1 < body.length && body[end + 1]! > 0x20) {
        at = end + 1
        continue
      }
      at = this.scanner.skipSpace(body, end, body.length)
      if (at < lineEnd && format === 'ndjson') {
        throw this.#refuseSyntax(at, 'there are bytes behind the event on its line')
      }
      if (at < body.length && format === 'json') {
        throw this.#refuseSyntax(
          at,
          'there are bytes behind the event; send several events as an array or as application/x-ndjson',
        )
      }
    }
  }

  finish(): DecodedBatch {
    if (this.#copy !== undefined) {
      return { count: this.#count, payload: this.#copy.subarray(0, this.#copied), runs: this.#runs }
    }
    return { count: this.#count, payload: this.#body.subarray(0, this.#cleanEnd), runs: this.#runs }
  }

  /** Reads the event, or the wrapper with an event, at `at`; returns the offset behind it. */
  #readEvent(at: number, lineEnd: number): number {
    const body = this.#body
    if (this.#count >= this.#limits.eventsPerRequestMax) {
      throw new HansardError(
        'EVENTS_TOO_MANY',
        `The request holds more than ${this.#limits.eventsPerRequestMax} events. Send them in several requests.`,
        { facts: { limit: this.#limits.eventsPerRequestMax } },
      )
    }
    if (body[at] !== OPEN_BRACE) throw this.#refuseSyntax(at, 'an event must be a JSON object')
    if (this.#address.topic === undefined) {
      const wrapper = this.#readWrapper(at, lineEnd)
      this.#take(wrapper.start, wrapper.end, wrapper.hasLineBreak)
      this.#addRun(wrapper.topic, wrapper.routingKey)
      return wrapper.wrapperEnd
    }
    const end = this.scanner.scanValue(body, at, lineEnd)
    if (end < 0) throw this.#refuseScan()
    this.#take(at, end, this.scanner.hasLineBreak)
    this.#runs[0] = [this.#address.topic, this.#address.routingKey, this.#count]
    return end
  }

  #readWrapper(at: number, lineEnd: number): Wrapper {
    try {
      return readWrapper(this.scanner, this.#body, at, lineEnd, (offset, reason) =>
        this.#refuseWrapper(offset, reason),
      )
    } catch (error) {
      // A label's grammar knows nothing of the request: say which event it was.
      if (!(error instanceof HansardError) || 'index' in error.facts) throw error
      throw new HansardError(error.code, `Event ${this.#count}: ${error.message}`, {
        facts: { ...error.facts, index: this.#count },
      })
    }
  }

  #addRun(topic: string, routingKey: string | null): void {
    const last = this.#runs.at(-1)
    if (last !== undefined && last[0] === topic && last[1] === routingKey) {
      this.#runs[this.#runs.length - 1] = [topic, routingKey, last[2] + 1]
    } else {
      this.#runs.push([topic, routingKey, 1])
    }
  }

  #take(start: number, end: number, hasLineBreak: boolean): void {
    const { eventBytesMax } = this.#limits
    if (end - start > eventBytesMax) {
      throw new HansardError(
        'EVENT_TOO_LARGE',
        `Event ${this.#count} has ${end - start} bytes; the limit is ${eventBytesMax}.`,
        { facts: { index: this.#count, limit: eventBytesMax } },
      )
    }
    this.#count++
    if (this.#copy === undefined) {
      if (start === this.#cleanEnd && !hasLineBreak && this.#body[end] === LF) {
        this.#cleanEnd = end + 1
        return
      }
      // Room for all that may follow: an event keeps its size or shrinks, and gets one line feed. The shortest
      // event has two bytes, so the line feeds add at most half.
      this.#copy = Buffer.allocUnsafe(this.#body.length + (this.#body.length >> 1) + 1)
      this.#copied = this.#body.copy(this.#copy, 0, 0, this.#cleanEnd)
    }
    if (hasLineBreak) this.#copied = copyOnOneLine(this.#body, start, end, this.#copy, this.#copied)
    else this.#copied += this.#body.copy(this.#copy, this.#copied, start, end)
    this.#copy[this.#copied++] = LF
  }

  #refuseScan(): HansardError {
    const { fault, faultAt, tooDeep } = this.scanner
    return tooDeep
      ? new HansardError('EVENT_TOO_DEEP', `Event ${this.#count} is ${fault}.`, {
          facts: { index: this.#count },
        })
      : this.#refuseSyntax(faultAt, fault)
  }

  #refuseSyntax(at: number, reason: string): HansardError {
    return new HansardError('EVENT_INVALID', `Event ${this.#count}, byte ${at} of the body: ${reason}.`, {
      facts: { index: this.#count, offset: at },
    })
  }

  #refuseWrapper(at: number, reason: string | undefined): HansardError {
    if (reason === undefined) return this.#refuseScan()
    return new HansardError('WRAPPER_INVALID', `Event ${this.#count}, byte ${at} of the body: ${reason}.`, {
      facts: { index: this.#count, offset: at },
    })
  }
}

/** Guesses the format of a body that came without a type. */
export function guessFormat(body: Buffer): BodyFormat {
  let at = 0
  while (at < body.length && isJsonSpace(body[at])) at++
  return body[at] === OPEN_BRACKET ? 'json' : 'sequence'
}
