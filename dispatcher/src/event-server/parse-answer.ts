import type { Receipt } from 'hansard-protocol'
import type { HttpAnswer } from './http-door.ts'

/** What an answer says. What a sender makes of it is the sender's own affair. */
export type ParsedAnswer =
  | { readonly kind: 'receipt'; readonly receipt: Receipt; readonly duplicates: number }
  /** A 2xx that is no promise. */
  | { readonly kind: 'no-receipt'; readonly reason: string }
  /** A problem document. */
  | {
      readonly kind: 'problem'
      readonly code: string
      readonly reason: string
      /** `never` or `later`; anything else says nothing. */
      readonly retry: unknown
      /** Which event is to blame, from 0; null when it is not known. */
      readonly index: number | null
    }
  /** Something in between answered: a proxy, or no event server at all. */
  | { readonly kind: 'foreign'; readonly reason: string }

/** Parses an answer to a request of `events` events. */
export function parseAnswer({ status, text }: HttpAnswer, events: number): ParsedAnswer {
  const document = parseObject(text) ?? {}
  if (status >= 200 && status < 300) return parseReceipt(document, status, events)
  const { code, detail, title, retry, index } = document
  if (typeof code !== 'string') {
    return { kind: 'foreign', reason: `Something that is no event server answered ${status}.` }
  }
  const words =
    typeof detail === 'string' ? detail : typeof title === 'string' ? title : 'No reason was given.'
  const blamed = isCount(index) && index < events ? index : null
  return { kind: 'problem', code, reason: `${words} (${code})`, retry, index: blamed }
}

function parseReceipt(
  document: Readonly<Record<string, unknown>>,
  status: number,
  events: number,
): ParsedAnswer {
  const { accepted, lane, duplicates: known, duplicate } = document
  if (!isCount(accepted) || typeof lane !== 'string') {
    const reason = `The server answered ${status} without a receipt. Is there an event server at this address?`
    return { kind: 'no-receipt', reason }
  }
  const duplicates = isCount(known) ? known : duplicate === true ? events - accepted : 0
  if (accepted + duplicates !== events) {
    const reason = `The server counted ${accepted + duplicates} events where ${events} were sent.`
    return { kind: 'no-receipt', reason }
  }
  return { kind: 'receipt', receipt: document as unknown as Receipt, duplicates }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
