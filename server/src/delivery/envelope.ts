import type { EventsMeta, LabelRun } from 'hansard-journal'
import type { EnvelopeField } from '../config/destination-settings.ts'
import type { Zone } from '../layout/zone.ts'

/**
 * The documented line around an event:
 * `{"clientEvent":{…},"origAddress":"10.0.0.7","serverTimestamp":"2026-03-17T19:15:30.609+0000"}`, then the
 * fields that the destination asks for. What stands around an event is the same for a whole run of a frame but
 * for `eventId`, so a line is copied, not built.
 */
export const envelopePrefix = Buffer.from('{"clientEvent":')

export interface Envelope {
  /** Bytes behind each event of the run, with the line feed; without `eventId` the same for all. */
  suffixAt(position: number): Buffer
}

export function makeEnvelope(
  fields: readonly EnvelopeField[],
  lane: string,
  zone: Zone,
  meta: EventsMeta,
  run: LabelRun,
): Envelope {
  const origAddress = JSON.stringify(meta.origAddress)
  const head = `,"origAddress":${origAddress},"serverTimestamp":"${zone.formatTimestamp(meta.receivedAt)}"`
  const values: Record<Exclude<EnvelopeField, 'eventId'>, string | null> = {
    topic: run[0],
    routingKey: run[1],
    node: meta.node ?? meta.source ?? null,
    key: meta.key ?? null,
  }
  const format = (position: number): Buffer => {
    let text = head
    for (const field of fields) {
      const value = field === 'eventId' ? `${lane}-${position}` : values[field]
      text += `,"${field}":${JSON.stringify(value)}`
    }
    return Buffer.from(`${text}}\n`)
  }
  if (fields.includes('eventId')) return { suffixAt: format }
  const constant = format(0)
  return { suffixAt: () => constant }
}
