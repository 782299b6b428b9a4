import { type ErrorCode, errorCatalogue } from 'hansard-protocol'
import type { HttpAnswer } from './http-door.ts'
import { type ParsedAnswer, parseAnswer } from './parse-answer.ts'

/** What an answer means for the events of a request. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly duplicates: number }
  /** The same request may succeed, or will when a person has put something right. */
  | {
      readonly kind: 'later'
      readonly code: string | null
      readonly reason: string
      /** The server may have stored the events all the same. */
      readonly mayBeStored: boolean
    }
  /** These events will not succeed together, as they are. Nothing of them was stored. */
  | {
      readonly kind: 'refused'
      readonly code: string | null
      readonly reason: string
      /** Which event is to blame, from 0; null when it is not known. */
      readonly index: number | null
    }

/** Refusals that an event can cause. All others are about the sender or the server: the events are not to blame. */
const eventCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'BODY_TOO_LARGE',
  'BODY_NOT_UTF8',
  'EVENTS_TOO_MANY',
  'EVENT_INVALID',
  'EVENT_TOO_LARGE',
  'EVENT_TOO_DEEP',
  'WRAPPER_INVALID',
  'TOPIC_MISSING',
  'TOPIC_INVALID',
  'TOPIC_RESERVED',
  'ROUTING_KEY_INVALID',
])

/** "Later", and yet the events may stay: the server did not know either. */
const uncertainCodes: ReadonlySet<string> = new Set<ErrorCode>(['INTERNAL', 'JOURNAL_WRITE_FAILED'])

/** Reads an answer to a request of `events` events. A 2xx without a receipt that fits is no promise. */
export function readAnswer(answer: HttpAnswer, events: number): Verdict {
  const parsed = parseAnswer(answer, events)
  switch (parsed.kind) {
    case 'receipt':
      return { kind: 'accepted', duplicates: parsed.duplicates }
    case 'no-receipt':
      return { kind: 'later', code: null, reason: parsed.reason, mayBeStored: true }
    case 'problem':
      return judgeProblem(parsed, answer.status)
    case 'foreign':
      return judgeStatus(answer.status, parsed.reason)
  }
}

/** True for the statuses with which a server refuses a key. */
export function isKeyRefusal(status: number): boolean {
  return status === 401 || status === 403
}

function judgeProblem(problem: Extract<ParsedAnswer, { kind: 'problem' }>, status: number): Verdict {
  const { code, reason, index } = problem
  // The catalogue of a newer server may hold codes that this one does not know: the document itself tells.
  const retry = Object.hasOwn(errorCatalogue, code) ? errorCatalogue[code as ErrorCode].retry : problem.retry
  // A key that may not send these events will be put right; the events are not to blame.
  const isToBlame = (eventCodes.has(code) || index !== null) && !isKeyRefusal(status)
  if (retry === 'never' && isToBlame) return { kind: 'refused', code, reason, index }
  return { kind: 'later', code, reason, mayBeStored: uncertainCodes.has(code) }
}

/** Something in between answered. */
function judgeStatus(status: number, reason: string): Verdict {
  if (status === 413) return { kind: 'refused', code: null, reason, index: null }
  if (isKeyRefusal(status)) {
    return { kind: 'later', code: null, reason: `The key was refused (${status}).`, mayBeStored: false }
  }
  return { kind: 'later', code: null, reason, mayBeStored: status >= 500 }
}
