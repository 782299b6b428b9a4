import { type HansardError, type JsonScanner, parseRoutingKey, parseSentTopic } from 'hansard-protocol'

/** A wrapped event, `{"topic":…,"routingKey":…,"event":{…}}`, and where its bytes are in the body. */
export interface Wrapper {
  readonly topic: string
  readonly routingKey: string | null
  readonly start: number
  readonly end: number
  readonly hasLineBreak: boolean
  /** Offset behind the wrapper. */
  readonly wrapperEnd: number
}

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** `reason` undefined: the scanner knows why. */
type Refuse = (at: number, reason: string | undefined) => HansardError

/** Reads the wrapper that starts at `start`, in one pass. Its members may come in any order, each once. */
export function readWrapper(
  scanner: JsonScanner,
  body: Buffer,
  start: number,
  limit: number,
  refuse: Refuse,
): Wrapper {
  let topic: string | undefined
  let routingKey: string | null | undefined
  let event: { start: number; end: number; hasLineBreak: boolean } | undefined
  let at = scanner.skipSpace(body, start + 1, limit)
  for (;;) {
    if (body[at] !== QUOTE || at >= limit)
      throw refuse(at, 'expected the members topic, routingKey and event')
    const nameEnd = scanner.scanString(body, at, limit)
    if (nameEnd < 0) throw refuse(at, undefined)
    const name: unknown = JSON.parse(body.toString('utf8', at, nameEnd))
    const colon = scanner.skipSpace(body, nameEnd, limit)
    if (body[colon] !== COLON || colon >= limit) throw refuse(colon, 'expected ":"')
    const valueStart = scanner.skipSpace(body, colon + 1, limit)
    const valueEnd = scanner.scanValue(body, valueStart, limit)
    if (valueEnd < 0) throw refuse(valueStart, undefined)
    if (name === 'event' && event === undefined) {
      if (body[valueStart] !== OPEN_BRACE) throw refuse(valueStart, 'the event must be a JSON object')
      event = { start: valueStart, end: valueEnd, hasLineBreak: scanner.hasLineBreak }
    } else if (name === 'topic' && topic === undefined) {
      const value: unknown = JSON.parse(body.toString('utf8', valueStart, valueEnd))
      if (typeof value !== 'string') throw refuse(valueStart, 'the topic must be a string')
      topic = parseSentTopic(value)
    } else if (name === 'routingKey' && routingKey === undefined) {
      const value: unknown = JSON.parse(body.toString('utf8', valueStart, valueEnd))
      if (value !== null && typeof value !== 'string')
        throw refuse(valueStart, 'the routing key must be a string or null')
      routingKey = value === null ? null : parseRoutingKey(value)
    } else {
      throw refuse(at, 'a wrapper has the members topic, routingKey and event, each once, and no other')
    }
    at = scanner.skipSpace(body, valueEnd, limit)
    if (body[at] === CLOSE_BRACE && at < limit) break
    if (body[at] !== COMMA || at >= limit) throw refuse(at, 'expected "," or "}" in the wrapper')
    at = scanner.skipSpace(body, at + 1, limit)
  }
  if (topic === undefined) {
    throw refuse(
      start,
      'no topic: give it in the path, in the Event-Topic header or as a member of the wrapper',
    )
  }
  if (event === undefined) throw refuse(start, 'the wrapper holds no event')
  return { topic, routingKey: routingKey ?? null, ...event, wrapperEnd: at + 1 }
}
