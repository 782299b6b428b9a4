import { createReadStream } from 'node:fs'
import type { Clock, Disk, RandomSource } from 'hansard-journal'
import { defaultLimits, HansardError } from 'hansard-protocol'
import { makeEventsPath } from './event-address.ts'
import type { HttpPoster } from './http-poster.ts'
import { readInputIdentity } from './input-identity.ts'
import { type PostTrouble, postBatch } from './post-batch.ts'
import { type InputPlace, readLineBatches, startOfInput } from './read-line-batches.ts'
import { readUntilStopped } from './read-until-stopped.ts'
import type { RefusedFile } from './refused-file.ts'
import { type BatchCounts, type SendStop, sendLines } from './send-lines.ts'
import { locateState, openSendStateWriter, readSendState, type SendState } from './send-state.ts'

/** A batch of long events ends here, well below what a server takes in one request. */
const batchBytesMax = 4 * 1024 * 1024
/** Room for the topic and the routing key around a wrapped event. */
const wrapperBytesMax = 4096
/** More refused events than the server follows as gaps: repeating does not help. */
const finalCodes: ReadonlySet<string> = new Set(['SEQUENCE_TOO_FRAGMENTED'])

export interface SendOptions {
  readonly url: URL
  /** Topic of all events; undefined when each line is a wrapped event. */
  readonly topic?: string | undefined
  readonly routingKey?: string | undefined
  readonly batchEventsMax: number
  readonly concurrency: number
  readonly giveUpAfterMs?: number | undefined
  /** Folder for the state files; undefined: beside each file. */
  readonly stateFolder?: string | undefined
  /** Sends a file from its start, as one that was never sent. */
  readonly again: boolean
}

export interface SendDoors {
  readonly clock: Clock
  readonly random: RandomSource
  readonly disk: Disk
  readonly poster: HttpPoster
  readonly refusedFile?: RefusedFile | undefined
  readonly stop: AbortSignal
  /** Tells that events up to this place are done. */
  onProgress(place: InputPlace, counts: BatchCounts): void
  onTrouble(trouble: PostTrouble): void
}

/** What became of one input. Counts are of this run. */
export interface SendResult extends BatchCounts {
  readonly input: string
  readonly source: string
  /** True if an earlier run had sent it all. */
  readonly wasFinished: boolean
  /** Where the input stands now. */
  readonly place: InputPlace
  /** Why not all of it was sent. */
  readonly stop?: SendStop
}

/**
 * Sends a file from where an earlier run stopped to the size that it has now.
 * @throws LOCAL_FILE_UNUSABLE, and USAGE if the earlier run sent another file or sent it elsewhere
 */
export async function sendFile(path: string, options: SendOptions, doors: SendDoors): Promise<SendResult> {
  const location = locateState(path, options.stateFolder)
  const old = options.again ? undefined : await readSendState(doors.disk, location)
  const file = await readInputIdentity(path, old?.file.headBytes)
  if (old !== undefined) checkState(path, old, file, options)
  const begun: SendState = old ?? {
    format: 'hansard-send-1',
    source: makeSource(doors.random),
    ...readTarget(options),
    file,
    place: startOfInput,
    acknowledged: 0,
    duplicates: 0,
    refused: 0,
  }
  if (begun.place.bytes >= file.size) {
    const { source, place } = begun
    return { input: path, source, wasFinished: true, place, acknowledged: 0, duplicates: 0, refused: 0 }
  }
  const writer = openSendStateWriter(doors.disk, location)
  // Before the first event: without the source on disk, a crash after it would make the next run send it anew.
  await writer.note(begun)
  await writer.flush()
  const chunks = createReadStream(path, {
    start: begun.place.bytes,
    end: file.size - 1,
    highWaterMark: 1024 * 1024,
  })
  try {
    return await sendChunks({ path, chunks, ...begun }, options, doors, (place, counts) =>
      writer.note({
        ...begun,
        place,
        acknowledged: begun.acknowledged + counts.acknowledged,
        duplicates: begun.duplicates + counts.duplicates,
        refused: begun.refused + counts.refused,
      }),
    )
  } finally {
    await writer.flush()
  }
}

/** Sends a stream. What a stopped run did not send is lost to the next one: a stream cannot be read again. */
export async function sendStream(
  chunks: AsyncIterable<Uint8Array>,
  options: SendOptions,
  doors: SendDoors,
): Promise<SendResult> {
  let isCut = false
  const whole = readUntilStopped(chunks, doors.stop, () => {
    isCut = true
  })
  const input = { path: 'stdin', chunks: whole, source: makeSource(doors.random), place: startOfInput }
  const result = await sendChunks(input, options, doors, async () => {})
  return isCut && result.stop === undefined ? { ...result, stop: { kind: 'interrupted' } } : result
}

async function sendChunks(
  input: { path: string; chunks: AsyncIterable<Uint8Array>; source: string; place: InputPlace },
  options: SendOptions,
  doors: SendDoors,
  note: (place: InputPlace, sums: BatchCounts) => Promise<void>,
): Promise<SendResult> {
  const { path, source } = input
  const { clock, random, poster, refusedFile, stop } = doors
  const { batchEventsMax, concurrency, giveUpAfterMs } = options
  const isWrapped = options.topic === undefined
  const lineBytesMax = defaultLimits.eventBytesMax + (isWrapped ? wrapperBytesMax : 0)
  const limits = { batchEventsMax, batchBytesMax, lineBytesMax, endsWithChunk: path === 'stdin' }
  const sums = { acknowledged: 0, duplicates: 0, refused: 0 }
  const postOptions = {
    clock,
    random,
    giveUpAfterMs,
    finalCodes,
    signal: stop,
    onTrouble: (trouble: PostTrouble) => doors.onTrouble(trouble),
  }
  let { place } = input
  const end = await sendLines(readLineBatches(input.chunks, input.place, limits), {
    path: makeEventsPath(options.topic, options.routingKey),
    source,
    lineBytesMax,
    concurrency,
    post: (batch) => postBatch(poster, batch, postOptions),
    keepRefused: refusedFile && ((line) => refusedFile.keep(path, line)),
    onDone: async (batch, counts) => {
      sums.acknowledged += counts.acknowledged
      sums.duplicates += counts.duplicates
      sums.refused += counts.refused
      place = batch.end
      doors.onProgress(place, counts)
      await note(place, { ...sums })
    },
    stop,
  })
  const result = { input: path, source, wasFinished: false, place, ...sums }
  return end === undefined ? result : { ...result, stop: end }
}

function makeSource(random: RandomSource): string {
  return `send-${Buffer.from(random.readBytes(8)).toString('hex')}`
}

function readTarget({
  url,
  topic,
  routingKey,
}: SendOptions): Pick<SendState, 'url' | 'topic' | 'routingKey'> {
  return { url: url.href, topic: topic ?? null, routingKey: routingKey ?? null }
}

/** The earlier run must have sent the same file to the same place; else going on would mix or lose events. */
function checkState(path: string, state: SendState, file: SendState['file'], options: SendOptions): void {
  const target = readTarget(options)
  for (const name of ['url', 'topic', 'routingKey'] as const) {
    if (state[name] === target[name]) continue
    throw new HansardError(
      'USAGE',
      `${path} was begun with ${name} ${state[name] ?? 'none'}, now it is ${target[name] ?? 'none'}. ` +
        'Repeat the first command, or give --again to send the whole file anew.',
    )
  }
  if (
    file.size < state.place.bytes ||
    file.inode !== state.file.inode ||
    file.headSha256 !== state.file.headSha256
  ) {
    throw new HansardError(
      'USAGE',
      `${path} is not the file that was begun: it was replaced or cut. Give --again to send it as a new file.`,
    )
  }
}
