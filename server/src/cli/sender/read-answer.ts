import type { Receipt } from 'hansard-protocol'
import type { HttpAnswer } from './http-poster.ts'

/** What an answer means for the batch. */
export type BatchAnswer =
  | { readonly kind: 'accepted'; readonly receipt: Receipt; readonly duplicates: number }
  | { readonly kind: 'later'; readonly code: string | null; readonly reason: string }
  | ({ readonly kind: 'refused' } & Refusal)

/** The server will not take this batch, however often it is sent. */
export interface Refusal {
  readonly status: number
  /** Code of the catalogue; null when the answer is not a problem document. */
  readonly code: string | null
  readonly reason: string
  /** Which event of the batch is to blame, from 0; null when it is the batch as a whole. */
  readonly index: number | null
}

/** Statuses after which the same request may succeed, for answers that carry no problem document. */
const laterStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

/** Reads an answer to a batch of `events` events. A 2xx without a receipt that fits is no promise. */
export function readAnswer(answer: HttpAnswer, events: number): BatchAnswer {
  const document = parseObject(answer.text)
  if (answer.status >= 200 && answer.status < 300) return readReceipt(answer, document, events)
  const { code, detail, title, retry, index } = document ?? {}
  const words = typeof detail === 'string' ? detail : typeof title === 'string' ? title : undefined
  const reason = words ?? `The server answered ${answer.status} without a reason.`
  const isLater = retry === 'later' || (retry !== 'never' && laterStatuses.has(answer.status))
  const named = typeof code === 'string' ? `${reason} (${code})` : reason
  const knownCode = typeof code === 'string' ? code : null
  if (isLater) return { kind: 'later', code: knownCode, reason: named }
  return {
    kind: 'refused',
    status: answer.status,
    code: knownCode,
    reason: named,
    index: isCount(index) && index < events ? index : null,
  }
}

function readReceipt(
  answer: HttpAnswer,
  document: Readonly<Record<string, unknown>> | undefined,
  events: number,
): BatchAnswer {
  const refuse = (reason: string): BatchAnswer => {
    return { kind: 'refused', status: answer.status, code: null, reason, index: null }
  }
  if (document === undefined || !isCount(document.accepted) || typeof document.lane !== 'string') {
    return refuse(
      `The server answered ${answer.status} without a receipt. Is there an event server at this address?`,
    )
  }
  const receipt = document as unknown as Receipt
  const duplicates = receipt.duplicates ?? (receipt.duplicate === true ? events - receipt.accepted : 0)
  if (receipt.accepted + duplicates !== events) {
    return refuse(`The server counted ${receipt.accepted + duplicates} events where ${events} were sent.`)
  }
  return { kind: 'accepted', receipt, duplicates }
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
