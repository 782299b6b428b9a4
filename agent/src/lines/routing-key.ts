import { HansardError } from 'hansard-protocol'
import { readText, readValue, type Span } from './json-members.ts'
import { findValue, type JsonPointer } from './json-pointer.ts'

/** Where a label comes from: always the same, or a place in the event. */
export type LabelSource = { readonly fixed: string } | { readonly pointer: JsonPointer }

/**
 * The routing key of an event; null if it has none.
 * @throws ROUTING_KEY_INVALID if something else than text stands there
 */
export function readRoutingKey(bytes: Uint8Array, event: Span, source: LabelSource | 'none'): string | null {
  if (source === 'none') return null
  if ('fixed' in source) return source.fixed
  const value = findValue(bytes, event, source.pointer)
  if (value === undefined) return null
  const text = readText(bytes, value)
  if (text !== undefined) return text === '' ? null : text
  if (readValue(bytes, value) === null) return null
  throw new HansardError(
    'ROUTING_KEY_INVALID',
    `The routing key at /${source.pointer.join('/')} is not text.`,
  )
}
