import type { IncomingMessage } from 'node:http'
import { HansardError, idempotencyKeyLengthMax, wireHeader } from 'hansard-protocol'
import type { BodyFormat } from './decode-batch.ts'
import type { Sender } from './intake.ts'

const formats: ReadonlyMap<string, BodyFormat> = new Map([
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
])

/** @throws CONTENT_TYPE_UNSUPPORTED */
export function readFormat(contentType: string | undefined): BodyFormat | undefined {
  if (contentType === undefined) return undefined
  const format = formats.get(contentType.split(';', 1)[0]!.trim().toLowerCase())
  if (format === undefined) {
    throw new HansardError(
      'CONTENT_TYPE_UNSUPPORTED',
      'Send events as application/json (an object or an array) or application/x-ndjson (one event a line).',
    )
  }
  return format
}

/**
 * What the headers say of the sender and its repeats.
 * @throws HEADER_INVALID
 */
export function readIdentity(
  request: IncomingMessage,
  now: number,
): Pick<Sender, 'node' | 'source' | 'sequence' | 'clockSkewMs' | 'idempotencyKey'> {
  const node = readText(request, wireHeader.node)
  const source = readText(request, wireHeader.source)
  const sequence = readText(request, wireHeader.sequence)
  const idempotencyKey = readText(request, wireHeader.idempotencyKey)
  if ((source === undefined) !== (sequence === undefined)) {
    throw new HansardError(
      'HEADER_INVALID',
      'Event-Source and Event-Sequence go together; one of them is missing.',
    )
  }
  if (sequence !== undefined && !/^\d{1,15}$/.test(sequence)) {
    throw new HansardError(
      'HEADER_INVALID',
      'Event-Sequence must be a whole number from 0 on, with at most 15 digits.',
    )
  }
  return {
    ...(node === undefined ? {} : { node }),
    ...(source === undefined ? {} : { source, sequence: Number(sequence), ...readClockSkew(request, now) }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  }
}

/** What `Date` tells. It is only shown to people, so one that cannot be read is no reason to refuse. */
function readClockSkew(request: IncomingMessage, now: number): Pick<Sender, 'clockSkewMs'> {
  const sentAt = Date.parse(request.headers.date ?? '')
  // The header has whole seconds: on average half of one had passed.
  return Number.isNaN(sentAt) ? {} : { clockSkewMs: sentAt + 500 - now }
}

function readText(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  if (value === undefined) return undefined
  if (typeof value !== 'string' || value.length === 0 || value.length > idempotencyKeyLengthMax) {
    throw new HansardError(
      'HEADER_INVALID',
      `The header ${name} must hold 1 to ${idempotencyKeyLengthMax} characters.`,
      { facts: { header: name } },
    )
  }
  return value
}
