/**
 * Sends the lines of one input.
 *
 * 1. The sequence of an event is its number among the lines that are not blank, so it is the same in every run,
 *    whatever the size of the batches and whatever was refused. A refused event is a gap in the sequence.
 * 2. Several batches may be under way, but `onDone` tells them in the order of the input and never past one that
 *    is not done: its last `end` is where another run may start. What that run repeats, the server drops.
 */
import type { EventBatch, PostOutcome } from './post-batch.ts'
import type { Refusal } from './read-answer.ts'
import type { EventLine, LineBatch } from './read-line-batches.ts'

/** A line that the server will not take. */
export interface RefusedLine {
  readonly lineNumber: number
  readonly code: string | null
  readonly reason: string
  /** The line; undefined when it was too long to be kept. */
  readonly bytes?: Uint8Array
}

export interface BatchCounts {
  readonly acknowledged: number
  readonly duplicates: number
  readonly refused: number
}

/** Why not all of the input was sent. */
export type SendStop =
  | {
      readonly kind: 'refused'
      readonly lineNumber: number
      readonly code: string | null
      readonly reason: string
    }
  | { readonly kind: 'gave-up'; readonly reason: string }
  | { readonly kind: 'interrupted' }

export interface SendLinesOptions {
  readonly path: string
  readonly source: string
  readonly lineBytesMax: number
  /** Batches under way at the same time. */
  readonly concurrency: number
  post(batch: EventBatch): Promise<PostOutcome>
  /** Keeps a refused line, durably, before the input goes on; undefined: a refused line stops the input. */
  keepRefused?: ((line: RefusedLine) => Promise<void>) | undefined
  /** All lines up to the end of the batch are acknowledged or kept as refused. */
  onDone(batch: LineBatch, counts: BatchCounts): Promise<void>
  /** Sends no further batch; those under way are finished. */
  readonly stop: AbortSignal
}

/** Refusals without an index that one event alone may have caused: the batch is halved to find it. */
const divisibleCodes: ReadonlySet<string | null> = new Set([
  'BODY_TOO_LARGE',
  'BODY_NOT_UTF8',
  'EVENTS_TOO_MANY',
  'TOPIC_INVALID',
  'TOPIC_RESERVED',
  'ROUTING_KEY_INVALID',
])

/** Sends all batches; resolves to undefined when every line is acknowledged or kept as refused. */
export async function sendLines(
  batches: AsyncIterable<LineBatch>,
  options: SendLinesOptions,
): Promise<SendStop | undefined> {
  const underWay: { batch: LineBatch; result: Promise<BatchCounts | SendStop> }[] = []
  let stop: SendStop | undefined
  const finishFirst = async (): Promise<void> => {
    const { batch, result } = underWay.shift()!
    const end = await result
    // Behind a batch that is not done nothing counts as done: another run repeats it.
    if (stop !== undefined) return
    if ('kind' in end) stop = end.kind === 'gave-up' && options.stop.aborted ? { kind: 'interrupted' } : end
    else await options.onDone(batch, end)
  }
  try {
    for await (const batch of batches) {
      if (stop === undefined && options.stop.aborted) stop = { kind: 'interrupted' }
      if (stop !== undefined) break
      underWay.push({ batch, result: sendBatch(batch, options) })
      if (underWay.length >= options.concurrency) await finishFirst()
    }
    while (underWay.length > 0) await finishFirst()
  } finally {
    // After an error of the disk: let no request outlive this call.
    await Promise.allSettled(underWay.map(({ result }) => result))
  }
  return stop
}

async function sendBatch(batch: LineBatch, options: SendLinesOptions): Promise<BatchCounts | SendStop> {
  if (batch.tooLong !== undefined) {
    const { lineNumber, bytes } = batch.tooLong
    const reason = `The line has ${bytes} bytes; the limit is ${options.lineBytesMax}. It was not sent.`
    return refuseLine({ lineNumber, code: 'EVENT_TOO_LARGE', reason }, options)
  }
  return sendRun(batch.lines, batch.start.events, options)
}

/** Posts the lines as one request; where some are refused and may be left out, as several. */
async function sendRun(
  lines: readonly EventLine[],
  sequence: number,
  options: SendLinesOptions,
): Promise<BatchCounts | SendStop> {
  const { path, source } = options
  let counts: BatchCounts = { acknowledged: 0, duplicates: 0, refused: 0 }
  for (let at = 0; at < lines.length; ) {
    const rest = lines.slice(at)
    const batch = { path, source, sequence: sequence + at, events: rest.length, body: joinLines(rest) }
    const outcome = await options.post(batch)
    if (outcome.kind === 'gave-up') return outcome
    let part: BatchCounts | SendStop
    const index = outcome.kind === 'refused' ? findRefused(outcome, rest) : undefined
    if (outcome.kind === 'accepted') {
      part = { acknowledged: rest.length, duplicates: outcome.duplicates, refused: 0 }
      at = lines.length
    } else if (index !== undefined) {
      const { code, reason } = outcome
      part = await refuseLine({ ...rest[index]!, code, reason }, options)
      if ('kind' in part) return part
      const before = await sendRun(rest.slice(0, index), sequence + at, options)
      if ('kind' in before) return before
      part = addCounts(part, before)
      at += index + 1
    } else if (divisibleCodes.has(outcome.code)) {
      const half = Math.ceil(rest.length / 2)
      part = await sendRun(rest.slice(0, half), sequence + at, options)
      at += half
    } else {
      const { code, reason } = outcome
      return { kind: 'refused', lineNumber: rest[0]!.lineNumber, code, reason }
    }
    if ('kind' in part) return part
    counts = addCounts(counts, part)
  }
  return counts
}

/** Which line is to blame; undefined when it may be any, or the request itself. */
function findRefused({ index, code }: Refusal, lines: readonly EventLine[]): number | undefined {
  if (index !== null) return index
  return lines.length === 1 && divisibleCodes.has(code) ? 0 : undefined
}

async function refuseLine(line: RefusedLine, options: SendLinesOptions): Promise<BatchCounts | SendStop> {
  const { lineNumber, code, reason } = line
  if (options.keepRefused === undefined) return { kind: 'refused', lineNumber, code, reason }
  await options.keepRefused(line)
  return { acknowledged: 0, duplicates: 0, refused: 1 }
}

function addCounts(one: BatchCounts, other: BatchCounts): BatchCounts {
  return {
    acknowledged: one.acknowledged + other.acknowledged,
    duplicates: one.duplicates + other.duplicates,
    refused: one.refused + other.refused,
  }
}

function joinLines(lines: readonly EventLine[]): Uint8Array {
  const body = Buffer.allocUnsafe(lines.reduce((sum, { bytes }) => sum + bytes.length + 1, 0))
  let at = 0
  for (const { bytes } of lines) {
    body.set(bytes, at)
    at += bytes.length
    body[at++] = 0x0a
  }
  return body
}
