import { findElements, findMembers, isArray, isObject, type Span } from './json-members.ts'

/** A JSON pointer (RFC 6901), cut into its steps: `/a/b~1c` is `a`, then `b/c`. */
export type JsonPointer = readonly string[]

/** Undefined if the text is no pointer. */
export function parseJsonPointer(text: string): JsonPointer | undefined {
  if (!text.startsWith('/') || /~(?![01])/.test(text)) return undefined
  return text
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/**
 * The value at the pointer; undefined if there is none.
 * @throws EVENT_INVALID, EVENT_TOO_DEEP if the bytes are not an object
 */
export function findValue(bytes: Uint8Array, span: Span, pointer: JsonPointer): Span | undefined {
  let found: Span | undefined = span
  for (const step of pointer) {
    if (isObject(bytes, found)) found = findMembers(bytes, found.start, found.end).get(step)
    else if (isArray(bytes, found) && /^(?:0|[1-9]\d*)$/.test(step)) {
      found = findElements(bytes, found)[Number(step)]
    } else return undefined
    if (found === undefined) return undefined
  }
  return found
}
