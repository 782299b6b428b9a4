import { type ErrorCode, errorCatalogue } from 'hansard-protocol'
import type { HttpAnswer } from './http-door.ts'

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
  'ROUTING_KEY_INVALID',
])

/** "Later", and yet the events may stay: the server did not know either. */
const uncertainCodes: ReadonlySet<string> = new Set<ErrorCode>(['INTERNAL', 'JOURNAL_WRITE_FAILED'])

/** Reads an answer to a request of `events` events. A 2xx without a receipt that fits is no promise. */
export function readAnswer(answer: HttpAnswer, events: number): Verdict {
  const document = parseObject(answer.text)
  if (answer.status >= 200 && answer.status < 300) return readReceipt(answer, document, events)
  const code = typeof document?.code === 'string' ? document.code : null
  if (code === null) return judgeStatus(answer.status)
  const verdict = judgeProblem(code, document!, events)
  // A key that may not send these events will be put right; the events are not to blame.
  const isDenied = isKeyRefusal(answer.status) && verdict.kind === 'refused'
  return isDenied ? { ...verdict, kind: 'later', mayBeStored: false } : verdict
}

/** True for the statuses with which a server refuses a key. */
export function isKeyRefusal(status: number): boolean {
  return status === 401 || status === 403
}

function judgeProblem(code: string, document: Readonly<Record<string, unknown>>, events: number): Verdict {
  const { detail, title, index } = document
  const words =
    typeof detail === 'string' ? detail : typeof title === 'string' ? title : 'No reason was given.'
  const reason = `${words} (${code})`
  // The catalogue of a newer server may hold codes that this one does not know: the document itself tells.
  const retry = code in errorCatalogue ? errorCatalogue[code as ErrorCode].retry : document.retry
  const hasIndex = isCount(index) && index < events
  if (retry === 'never' && (eventCodes.has(code) || hasIndex)) {
    return { kind: 'refused', code, reason, index: hasIndex ? index : null }
  }
  return { kind: 'later', code, reason, mayBeStored: uncertainCodes.has(code) }
}

/** Something in between answered: a proxy, or no event server at all. */
function judgeStatus(status: number): Verdict {
  const reason = `Something that is no event server answered ${status}.`
  if (status === 413) return { kind: 'refused', code: null, reason, index: null }
  if (isKeyRefusal(status)) {
    return { kind: 'later', code: null, reason: `The key was refused (${status}).`, mayBeStored: false }
  }
  return { kind: 'later', code: null, reason, mayBeStored: status >= 500 }
}

function readReceipt(
  answer: HttpAnswer,
  document: Readonly<Record<string, unknown>> | undefined,
  events: number,
): Verdict {
  const doubt = (reason: string): Verdict => ({ kind: 'later', code: null, reason, mayBeStored: true })
  if (document === undefined || !isCount(document.accepted) || typeof document.lane !== 'string') {
    return doubt(`The answer ${answer.status} holds no receipt. Is there an event server at this address?`)
  }
  const { accepted, duplicates, duplicate } = document
  const known = isCount(duplicates) ? duplicates : duplicate === true ? events - accepted : 0
  if (accepted + known !== events) {
    return doubt(`The receipt counts ${accepted + known} events where ${events} were sent.`)
  }
  return { kind: 'accepted', duplicates: known }
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
