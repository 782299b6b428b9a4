import { eventsPath } from 'hansard-protocol'
import { type BenchRandom, makeBenchEvent, openBenchRandom } from './bench-event.ts'
import type { LoadPlan } from './load-plan.ts'

/** A whole HTTP request, ready to be written to a socket. */
export interface PrebuiltRequest {
  readonly bytes: Buffer
  readonly bodyBytes: number
  /** Where the id of each event stands in the bytes. */
  readonly idOffsets: Uint32Array
}

/** Different events, so that a file is not made of a few that repeat; more when there are many routing keys. */
const distinctEventsMin = 16_384
const distinctEventsPerKey = 8

const idName = '"requestId":"'
const idLength = 16
const hexDigits = Buffer.from('0123456789abcdef')

/**
 * Builds the requests of a plan, and tells the mean size of their events.
 * @param key to send with; none: the requests have no key
 */
export function buildRequests(
  plan: LoadPlan,
  key?: string,
): { requests: PrebuiltRequest[]; eventBytes: number } {
  const { eventsPerRequest, routingKeys } = plan
  const random = openBenchRandom(1)
  const events = Math.max(distinctEventsMin, routingKeys * distinctEventsPerKey, eventsPerRequest * 16)
  const requests: PrebuiltRequest[] = []
  let eventBytes = 0
  for (let built = 0; built < events; built += eventsPerRequest) {
    let body = ''
    for (let index = 0; index < eventsPerRequest; index++) {
      const event = makeBenchEvent(random)
      eventBytes += event.length
      body += routingKeys === 0 ? `${event}\n` : `${wrap((built + index) % routingKeys, event)}\n`
    }
    requests.push(buildRequest(routingKeys === 0 ? `${eventsPath}/generic` : eventsPath, body, key))
  }
  return { requests, eventBytes: eventBytes / (requests.length * eventsPerRequest) }
}

function wrap(routingKey: number, event: string): string {
  return `{"topic":"apinode-query","routingKey":"deployment-${routingKey}","event":${event}}`
}

function buildRequest(path: string, body: string, key: string | undefined): PrebuiltRequest {
  const bodyBytes = Buffer.byteLength(body)
  const head =
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-ndjson\r\n` +
    `${key === undefined ? '' : `Authorization: Bearer ${key}\r\n`}Content-Length: ${bodyBytes}\r\n\r\n`
  const bytes = Buffer.from(head + body)
  const idOffsets: number[] = []
  for (let at = bytes.indexOf(idName); at >= 0; at = bytes.indexOf(idName, at)) {
    at += idName.length
    idOffsets.push(at)
  }
  return { bytes, bodyBytes, idOffsets: Uint32Array.from(idOffsets) }
}

/** Gives every event of the request another id: what repeats is compressed better than real events are. */
export function renewIds({ bytes, idOffsets }: PrebuiltRequest, random: BenchRandom): void {
  for (const offset of idOffsets) {
    let bits = 0
    for (let digit = 0; digit < idLength; digit++) {
      if (digit % 8 === 0) bits = random.nextInteger(0x1_0000_0000)
      bytes[offset + digit] = hexDigits[bits & 15]!
      bits >>>= 4
    }
  }
}
