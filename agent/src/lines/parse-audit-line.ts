import { HansardError } from 'hansard-protocol'
import { findMembers, isObject, readText, readValue, type Span } from './json-members.ts'
import { type LogEvent, makeTopicError, type ParseLine } from './log-line.ts'
import { type LabelSource, readRoutingKey } from './routing-key.ts'

export interface AuditLineOptions {
  /** For lines that name no topic. */
  readonly defaultTopic?: string | undefined
  /** Looked for in the message. */
  readonly routingKey: LabelSource | 'none'
  /** Members of the line that become members of the event. */
  readonly carried: readonly CarriedMember[]
  /** Adds the name of the node to the event, as a member of this name. */
  readonly instance?: { readonly field: string; readonly name: string } | undefined
  /** Reads also what a target of type `file` writes. */
  readonly withContext: boolean
}

export type CarriedMember = 'mdc' | 'callTime' | 'timestamp'

const loggerPrefix = 'dku.audit.'
const whole = (bytes: Uint8Array): Span => ({ start: 0, end: bytes.length })

/**
 * Reads the lines of an audit log:
 *
 *   {"severity":…,"logger":"dku.audit.<topic>","topic":…,"message":{…},"mdc":{…},"callTime":…,"timestamp":…}
 *
 * The event is the bytes of `message`. Without `topic` the name of the logger tells it, then the member `auditTopic`
 * of the message. Asked to, other members of the line are put behind those of the message, unless it has them.
 */
export function makeAuditLineParser(options: AuditLineOptions): ParseLine {
  return (line) => {
    const members = findMembers(line)
    const span = members.get('message')
    if (span === undefined || !isObject(line, span)) {
      throw new HansardError('EVENT_INVALID', 'The line has no "message" that is a JSON object.')
    }
    const message = line.subarray(span.start, span.end)
    const topic = findTopic(line, members, message) ?? options.defaultTopic
    if (topic === undefined) {
      throw makeTopicError(
        `The line has neither "topic" nor a logger "${loggerPrefix}<topic>". Set "defaultTopic" for such lines.`,
      )
    }
    const routingKey = readRoutingKey(message, whole(message), options.routingKey)
    const event = { topic, routingKey, message: addMembers(message, listAdded(line, members, options)) }
    return options.withContext ? { ...event, context: readContext(line, members) } : event
  }
}

function findTopic(
  line: Uint8Array,
  members: ReadonlyMap<string, Span>,
  message: Uint8Array,
): string | undefined {
  const topic = readText(line, members.get('topic'))
  if (topic !== undefined && topic !== '') return topic
  const logger = readText(line, members.get('logger'))
  if (logger?.startsWith(loggerPrefix) === true) return logger.slice(loggerPrefix.length)
  return readText(message, findMembers(message).get('auditTopic'))
}

type Added = readonly (readonly [name: string, value: Uint8Array])[]

function listAdded(
  line: Uint8Array,
  members: ReadonlyMap<string, Span>,
  { carried, instance }: AuditLineOptions,
): Added {
  const added: [string, Uint8Array][] = []
  for (const name of carried) {
    const span = members.get(name)
    if (span !== undefined) added.push([name, line.subarray(span.start, span.end)])
  }
  if (instance !== undefined) added.push([instance.field, Buffer.from(JSON.stringify(instance.name))])
  return added
}

/** The object with more members at its end, except those that it has. */
export function addMembers(object: Uint8Array, added: Added): Uint8Array {
  if (added.length === 0) return object
  const known = findMembers(object)
  const pieces: Uint8Array[] = [object.subarray(0, object.length - 1)]
  let isEmpty = known.size === 0
  for (const [name, value] of added) {
    if (known.has(name)) continue
    pieces.push(Buffer.from(`${isEmpty ? '' : ','}${JSON.stringify(name)}:`), value)
    isEmpty = false
  }
  return Buffer.concat([...pieces, object.subarray(object.length - 1)])
}

function readContext(line: Uint8Array, members: ReadonlyMap<string, Span>): NonNullable<LogEvent['context']> {
  const severity = readText(line, members.get('severity'))
  const mdc = members.get('mdc')
  const callTime = members.get('callTime')
  const callTimeMs = callTime === undefined ? undefined : readValue(line, callTime)
  return {
    ...(severity === undefined ? {} : { severity }),
    ...(mdc === undefined || !isObject(line, mdc)
      ? {}
      : { mdc: readValue(line, mdc) as Record<string, unknown> }),
    ...(typeof callTimeMs === 'number' ? { callTimeMs } : {}),
  }
}
