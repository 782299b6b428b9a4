import type { LabelRun } from 'hansard-journal'
import type { SpooledFrame } from '../spool/spool.ts'

/**
 * Events for one request, each wrapped with its labels, one a line: `{"topic":…,"routingKey":…,"event":…}`.
 * The bytes of the events are copied as they are.
 */
export interface Batch {
  /** Position of the first event. */
  readonly start: number
  /** Position behind the last event. */
  readonly end: number
  readonly count: number
  /** When the oldest event was written to disk, ms since 1970. */
  readonly writtenAt: number
  readonly body: Buffer
  /** Where each line starts in the body, and where the last one ends: `count` + 1 numbers. */
  readonly offsets: Uint32Array
}

const lineFeed = 0x0a
const wrapperEnd = Buffer.from('}\n')

/** @param frames at least one, in their order and without gaps */
export function makeBatch(frames: readonly SpooledFrame[]): Batch {
  const first = frames[0]!
  const runs = frames.map((frame) => frame.runs.map((run) => ({ head: makeHead(run), count: run[2] })))
  const count = frames.reduce((sum, frame) => sum + frame.count, 0)
  const bytes = frames.reduce((sum, frame, index) => {
    const heads = runs[index]!.reduce((heads, run) => heads + run.head.length * run.count, 0)
    // The line feed of each event gives its place to that of the wrapper.
    return sum + heads + frame.payload.length + frame.count
  }, 0)
  const body = Buffer.allocUnsafe(bytes)
  const offsets = new Uint32Array(count + 1)
  let at = 0
  let line = 0
  for (const [index, { payload }] of frames.entries()) {
    let start = 0
    for (const run of runs[index]!) {
      for (let event = 0; event < run.count; event++) {
        const end = payload.indexOf(lineFeed, start)
        offsets[line++] = at
        at += run.head.copy(body, at)
        at += payload.copy(body, at, start, end)
        at += wrapperEnd.copy(body, at)
        start = end + 1
      }
    }
  }
  offsets[count] = at
  return {
    start: first.position,
    end: first.position + count,
    count,
    writtenAt: first.writtenAt,
    body,
    offsets,
  }
}

function makeHead([topic, routingKey]: LabelRun): Buffer {
  const key = routingKey === null ? '' : `"routingKey":${JSON.stringify(routingKey)},`
  return Buffer.from(`{"topic":${JSON.stringify(topic)},${key}"event":`)
}

/** The lines of the events from number `from` to before number `to` of the batch. */
export function sliceBody({ body, offsets }: Batch, from: number, to: number): Buffer {
  return body.subarray(offsets[from], offsets[to])
}
