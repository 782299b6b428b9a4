import { defaultLimits, HansardError, JsonScanner } from 'hansard-protocol'

/** A value in the bytes of a line: from its first byte to behind its last one. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** One level more than an event may have: in a log line it stands in a wrapper. */
const scanner = new JsonScanner(defaultLimits.depthMax + 1)

const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c
const colon = 0x3a
const quote = 0x22

/**
 * The members of the object that fills the bytes, by name; of twins the last one, as other readers take it.
 * Nothing is built: what stands in the values stays as it is.
 * @throws EVENT_INVALID, EVENT_TOO_DEEP
 */
export function findMembers(bytes: Uint8Array, start = 0, end = bytes.length): Map<string, Span> {
  const members = new Map<string, Span>()
  let at = scanner.skipSpace(bytes, start, end)
  if (at >= end || bytes[at] !== openBrace) throw refuse('The line is not a JSON object.')
  at = scanner.skipSpace(bytes, at + 1, end)
  if (at < end && bytes[at] === closeBrace) at++
  else {
    for (;;) {
      if (at >= end || bytes[at] !== quote) throw refuseAt(at, 'expected a member name in quotes')
      const nameEnd = check(scanner.scanString(bytes, at, end))
      const name = { start: at, end: nameEnd }
      at = scanner.skipSpace(bytes, nameEnd, end)
      if (at >= end || bytes[at] !== colon) throw refuseAt(at, 'expected ":"')
      const valueStart = scanner.skipSpace(bytes, at + 1, end)
      const valueEnd = check(scanner.scanValue(bytes, valueStart, end))
      members.set(readString(bytes, name), { start: valueStart, end: valueEnd })
      at = scanner.skipSpace(bytes, valueEnd, end)
      const separator = at < end ? bytes[at] : undefined
      if (separator !== comma && separator !== closeBrace) throw refuseAt(at, 'expected "," or "}"')
      at++
      if (separator === closeBrace) break
      at = scanner.skipSpace(bytes, at, end)
    }
  }
  if (scanner.skipSpace(bytes, at, end) < end) throw refuse('The line holds more than one JSON value.')
  return members
}

function check(end: number): number {
  if (end >= 0) return end
  if (!scanner.tooDeep) throw refuseAt(scanner.faultAt, scanner.fault)
  throw new HansardError('EVENT_TOO_DEEP', `The line, byte ${scanner.faultAt}: ${scanner.fault}.`)
}

function refuseAt(at: number, fault: string): HansardError {
  return refuse(`The line is not JSON: byte ${at}: ${fault}.`)
}

/** The elements of an array, whose bytes are valid. */
export function findElements(bytes: Uint8Array, { start, end }: Span): Span[] {
  const elements: Span[] = []
  let at = scanner.skipSpace(bytes, start + 1, end)
  while (bytes[at] !== closeBracket) {
    const valueEnd = scanner.scanValue(bytes, at, end)
    elements.push({ start: at, end: valueEnd })
    at = scanner.skipSpace(bytes, valueEnd, end)
    if (bytes[at] === comma) at = scanner.skipSpace(bytes, at + 1, end)
  }
  return elements
}

export function isObject(bytes: Uint8Array, span: Span): boolean {
  return bytes[span.start] === openBrace
}

export function isArray(bytes: Uint8Array, span: Span): boolean {
  return bytes[span.start] === openBracket
}

/** The text of a string; undefined for another value. */
export function readText(bytes: Uint8Array, span: Span | undefined): string | undefined {
  return span !== undefined && bytes[span.start] === quote ? readString(bytes, span) : undefined
}

/** A value, built. */
export function readValue(bytes: Uint8Array, span: Span): unknown {
  return JSON.parse(readUtf8(bytes, span))
}

function readString(bytes: Uint8Array, span: Span): string {
  const inside = readUtf8(bytes, { start: span.start + 1, end: span.end - 1 })
  return inside.includes('\\') ? (JSON.parse(`"${inside}"`) as string) : inside
}

function readUtf8(bytes: Uint8Array, { start, end }: Span): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()
}

function refuse(detail: string): HansardError {
  return new HansardError('EVENT_INVALID', detail)
}
