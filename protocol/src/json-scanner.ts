/**
 * Checks bytes against the JSON grammar (RFC 8259) and tells where a value ends, without building it.
 * One pass, no allocation; UTF-8 must be checked by the caller.
 *
 * Invariants:
 * 1. `scanValue` accepts exactly the inputs that the grammar accepts, up to `depthMax` levels of nesting.
 * 2. Nothing outside [start, end) is read.
 * 3. After a refusal `faultAt` and `fault` tell the place and the reason.
 */

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** 1 for bytes that end the fast run inside a string: quote, backslash, control characters. */
const stopsString = new Uint8Array(256)
for (let byte = 0; byte < 0x20; byte++) stopsString[byte] = 1
stopsString[QUOTE] = 1
stopsString[BACKSLASH] = 1

export function isJsonSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

export class JsonScanner {
  /** Why the last scan was refused. */
  fault = ''
  /** Offset of the byte at which the last scan was refused. */
  faultAt = 0
  /** True if the last refusal was for its depth. */
  tooDeep = false
  /** True if the last scanned value holds a line break outside its strings. */
  hasLineBreak = false

  readonly #depthMax: number
  /** 1 = object, 0 = array, for each open level. */
  readonly #isObject: Uint8Array

  constructor(depthMax: number) {
    this.#depthMax = depthMax
    this.#isObject = new Uint8Array(depthMax + 1)
  }

  /** Offset of the first byte at or after `at` that is not white space; notes line breaks. */
  skipSpace(bytes: Uint8Array, at: number, end: number): number {
    while (at < end) {
      const byte = bytes[at]!
      if (byte > 0x20) return at
      if (byte === 0x0a || byte === 0x0d) this.hasLineBreak = true
      else if (byte !== 0x20 && byte !== 0x09) return at
      at++
    }
    return at
  }

  /** Offset just behind the value that starts at `start`, or -1 if the bytes are not JSON. */
  scanValue(bytes: Uint8Array, start: number, end: number): number {
    this.hasLineBreak = false
    this.tooDeep = false
    const isObject = this.#isObject
    let depth = 0
    let at = start
    // One turn of this loop reads one value, then as many closings and one separator as follow it.
    for (;;) {
      const byte = at < end ? bytes[at]! : -1
      if (byte === QUOTE) {
        at = this.scanString(bytes, at, end)
        if (at < 0) return -1
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        depth++
        if (depth > this.#depthMax) {
          this.tooDeep = true
          return this.#refuse(at, `nested deeper than ${this.#depthMax} levels`)
        }
        isObject[depth] = byte === OPEN_BRACE ? 1 : 0
        at = this.skipSpace(bytes, at + 1, end)
        if (byte === OPEN_BRACE) {
          if (at < end && bytes[at] === CLOSE_BRACE) {
            depth--
            at++
          } else {
            at = this.#scanMemberName(bytes, at, end)
            if (at < 0) return -1
            continue
          }
        } else if (at < end && bytes[at] === CLOSE_BRACKET) {
          depth--
          at++
        } else {
          continue
        }
      } else {
        at = this.#scanPlain(bytes, at, end, byte)
        if (at < 0) return -1
      }
      // A value just ended at `at`.
      for (;;) {
        if (depth === 0) return at
        at = this.skipSpace(bytes, at, end)
        const next = at < end ? bytes[at]! : -1
        if (next === COMMA) {
          at = this.skipSpace(bytes, at + 1, end)
          if (isObject[depth] === 1) {
            at = this.#scanMemberName(bytes, at, end)
            if (at < 0) return -1
          }
          break
        }
        if (next !== (isObject[depth] === 1 ? CLOSE_BRACE : CLOSE_BRACKET)) {
          return this.#refuse(at, isObject[depth] === 1 ? 'expected "," or "}"' : 'expected "," or "]"')
        }
        depth--
        at++
      }
    }
  }

  /** Offset just behind the string that starts (with its quote) at `start`, or -1. */
  scanString(bytes: Uint8Array, start: number, end: number): number {
    let at = start + 1
    for (;;) {
      while (at < end && stopsString[bytes[at]!] === 0) at++
      if (at >= end) return this.#refuse(at, 'a string has no end')
      const byte = bytes[at]!
      if (byte === QUOTE) return at + 1
      if (byte !== BACKSLASH) return this.#refuse(at, 'a control character stands in a string')
      at = this.#scanEscape(bytes, at, end)
      if (at < 0) return -1
    }
  }

  #scanEscape(bytes: Uint8Array, at: number, end: number): number {
    const letter = at + 1 < end ? bytes[at + 1]! : -1
    switch (letter) {
      case QUOTE:
      case BACKSLASH:
      case 0x2f:
      case 0x62:
      case 0x66:
      case 0x6e:
      case 0x72:
      case 0x74:
        return at + 2
      case 0x75:
        for (let digit = at + 2; digit < at + 6; digit++) {
          if (digit >= end || !isHexDigit(bytes[digit]!)) {
            return this.#refuse(at, 'a \\u escape needs four hex digits')
          }
        }
        return at + 6
      default:
        return this.#refuse(at, 'an escape in a string is not one of JSON')
    }
  }

  /** Reads `"name" :` and the space behind it. */
  #scanMemberName(bytes: Uint8Array, at: number, end: number): number {
    if (at >= end || bytes[at] !== QUOTE) return this.#refuse(at, 'expected a member name in quotes')
    at = this.scanString(bytes, at, end)
    if (at < 0) return -1
    if (bytes[at] !== COLON || at >= end) {
      at = this.skipSpace(bytes, at, end)
      if (at >= end || bytes[at] !== COLON) return this.#refuse(at, 'expected ":"')
    }
    return this.skipSpace(bytes, at + 1, end)
  }

  #scanPlain(bytes: Uint8Array, at: number, end: number, byte: number): number {
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return this.#scanNumber(bytes, at, end)
    if (byte === 0x74) return this.#scanWord(bytes, at, end, 'true')
    if (byte === 0x66) return this.#scanWord(bytes, at, end, 'false')
    if (byte === 0x6e) return this.#scanWord(bytes, at, end, 'null')
    return this.#refuse(at, byte < 0 ? 'the value has no end' : 'expected a value')
  }

  #scanNumber(bytes: Uint8Array, at: number, end: number): number {
    if (bytes[at] === MINUS) at++
    if (at < end && bytes[at] === ZERO) at++
    else {
      at = this.#scanDigits(bytes, at, end)
      if (at < 0) return -1
    }
    if (at < end && bytes[at] === DOT) {
      at = this.#scanDigits(bytes, at + 1, end)
      if (at < 0) return -1
    }
    if (at < end && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
      at++
      if (at < end && (bytes[at] === 0x2b || bytes[at] === MINUS)) at++
      return this.#scanDigits(bytes, at, end)
    }
    return at
  }

  #scanDigits(bytes: Uint8Array, at: number, end: number): number {
    const first = at
    while (at < end && bytes[at]! >= ZERO && bytes[at]! <= NINE) at++
    return at > first ? at : this.#refuse(at, 'expected a digit')
  }

  #scanWord(bytes: Uint8Array, at: number, end: number, word: string): number {
    for (let index = 0; index < word.length; index++) {
      if (at + index >= end || bytes[at + index] !== word.charCodeAt(index)) {
        return this.#refuse(at + index, `expected ${word}`)
      }
    }
    return at + word.length
  }

  #refuse(at: number, fault: string): -1 {
    this.faultAt = at
    this.fault = fault
    return -1
  }
}

function isHexDigit(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
}

/**
 * Writes the JSON value in [start, end) to `target` at `at` without its line breaks: a run of white space
 * outside strings that holds a line break is left out, every other byte is kept. The value must be valid JSON.
 * Returns the offset behind the last byte written; the target needs room for end - start bytes.
 */
export function copyOnOneLine(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): number {
  let inString = false
  let index = start
  while (index < end) {
    const byte = source[index]!
    if (inString) {
      target[at++] = byte
      index++
      if (byte === BACKSLASH) target[at++] = source[index++]!
      else if (byte === QUOTE) inString = false
      continue
    }
    if (isJsonSpace(byte)) {
      const runStart = index
      let hasLineBreak = false
      while (index < end && isJsonSpace(source[index])) {
        if (source[index] === 0x0a || source[index] === 0x0d) hasLineBreak = true
        index++
      }
      if (!hasLineBreak) for (let space = runStart; space < index; space++) target[at++] = source[space]!
      continue
    }
    if (byte === QUOTE) inString = true
    target[at++] = byte
    index++
  }
  return at
}
