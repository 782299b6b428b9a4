import { type HttpAnswer, parseAnswer } from 'hansard-dispatcher/sending'
import type { Receipt } from 'hansard-protocol'

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

/** Statuses after which the same request may succeed, for answers that say nothing about it. */
const laterStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * Reads an answer to a batch of `events` events. A person waits: what only a person can put right, such as a wrong
 * address, ends the sending.
 */
export function readAnswer(answer: HttpAnswer, events: number): BatchAnswer {
  const parsed = parseAnswer(answer, events)
  if (parsed.kind === 'receipt') {
    return { kind: 'accepted', receipt: parsed.receipt, duplicates: parsed.duplicates }
  }
  const { status } = answer
  const { reason } = parsed
  const { code, retry, index } = parsed.kind === 'problem' ? parsed : unknownProblem
  const isLater = retry === 'later' || (retry !== 'never' && laterStatuses.has(status))
  return isLater ? { kind: 'later', code, reason } : { kind: 'refused', status, code, reason, index }
}

const unknownProblem = { code: null, retry: undefined, index: null }
