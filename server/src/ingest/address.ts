import type { IncomingHttpHeaders } from 'node:http'
import { eventsPath, HansardError, parseRoutingKey, parseSentTopic, wireHeader } from 'hansard-protocol'

/** The labels of all events of a request; no topic means that each event brings its own in a wrapper. */
export interface Address {
  readonly topic: string | undefined
  readonly routingKey: string | null
}

/**
 * Reads the address from the path and the headers. Both are percent-decoded; where both speak they must agree.
 * Returns undefined if the path is not one for events.
 * @throws TOPIC_INVALID, TOPIC_RESERVED, ROUTING_KEY_INVALID, ADDRESS_AMBIGUOUS, TOPIC_MISSING, HEADER_INVALID
 */
export function readAddress(path: string, headers: IncomingHttpHeaders): Address | undefined {
  if (path !== eventsPath && !path.startsWith(`${eventsPath}/`)) return undefined
  const segments = path.slice(eventsPath.length + 1).split('/')
  // A slash at the end is the same address.
  if (segments.at(-1) === '') segments.pop()
  if (segments.length > 2) return undefined
  const topic = agree('topic', decodeLabel(segments[0]), readHeader(headers, wireHeader.topic))
  const routingKey = agree(
    'routing key',
    decodeLabel(segments[1]),
    readHeader(headers, wireHeader.routingKey),
  )
  if (topic === undefined && routingKey !== undefined) {
    throw new HansardError('TOPIC_MISSING', 'A routing key was given without a topic. Give the topic too.')
  }
  return {
    topic: topic === undefined ? undefined : parseSentTopic(topic),
    routingKey: routingKey === undefined ? null : parseRoutingKey(routingKey),
  }
}

const ascii = /^[\x20-\x7e]*$/

function readHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  if (typeof value !== 'string') return undefined
  // The parser reads header bytes as Latin-1, whatever the sender meant: other characters must come encoded.
  if (!ascii.test(value)) {
    throw new HansardError(
      'HEADER_INVALID',
      `The header ${name} holds bytes beyond ASCII. Send them percent-encoded, as UTF-8.`,
      { facts: { header: name } },
    )
  }
  return decodeLabel(value)
}

function decodeLabel(text: string | undefined): string | undefined {
  if (text === undefined || !text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new HansardError('HEADER_INVALID', 'A topic or routing key is not valid percent-encoded UTF-8.', {
      cause,
    })
  }
}

function agree(what: string, inPath: string | undefined, inHeader: string | undefined): string | undefined {
  if (inPath !== undefined && inHeader !== undefined && inPath !== inHeader) {
    throw new HansardError(
      'ADDRESS_AMBIGUOUS',
      `The path and the header name different values for the ${what}.`,
    )
  }
  return inPath ?? inHeader
}
