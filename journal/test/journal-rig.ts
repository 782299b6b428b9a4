import {
  type Disk,
  type Entry,
  type Frame,
  type FrameReader,
  type FrameType,
  hasErrorCode,
  Journal,
  type JournalOptions,
  readFully,
  writeFully,
} from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import { openRandom } from '../../test/kit/random.ts'
import { SimClock } from '../../test/kit/sim-clock.ts'
import { SimDisk, type SimDiskOptions } from '../../test/kit/sim-disk.ts'

export const journalFolder = '/data/journal'

/** A simulated machine on which journals are opened one after the other. */
export class JournalRig {
  readonly disk: SimDisk
  readonly clock = new SimClock({ startAt: 1_000_000 })
  readonly #options: Partial<JournalOptions>
  #starts = 0

  constructor(options: Partial<JournalOptions> = {}, diskOptions: SimDiskOptions = {}) {
    this.disk = new SimDisk(diskOptions)
    this.#options = options
  }

  /** Opens the journal as a process does that starts now; the disk it holds dies with the process. */
  open(options: Partial<JournalOptions> = {}): Promise<Journal> {
    return Journal.open({
      disk: this.disk.mount(),
      clock: this.clock,
      random: openRandom(++this.#starts),
      folder: journalFolder,
      segmentBytesMax: 1_000_000,
      diskBytesMax: 100_000_000,
      freeBytesMin: 0,
      ...this.#options,
      ...options,
    })
  }

  /** Paths of the segments, in their order. */
  async listSegments(): Promise<string[]> {
    const lane = await this.findLaneFolder()
    return (await this.disk.listFolder(lane)).map(({ name }) => `${lane}/${name}`).sort()
  }

  async findLaneFolder(): Promise<string> {
    const entries = await this.disk.listFolder(journalFolder)
    return `${journalFolder}/${entries.find(({ name }) => name.length === 8)!.name}`
  }

  /** Counts operations by name while `work` runs. */
  async countOperations(work: () => Promise<unknown>): Promise<Map<string, number>> {
    const counts = new Map<string, number>()
    this.disk.onOperation = (operation) => counts.set(operation, (counts.get(operation) ?? 0) + 1)
    try {
      await work()
    } finally {
      this.disk.onOperation = undefined
    }
    return counts
  }

  /** Changes one byte, as a failing disk or a curious hand does. */
  async flipByte(path: string, offset: number): Promise<void> {
    const bytes = await readFully(this.disk, path)
    await overwrite(this.disk, path, Buffer.from([bytes[offset]! ^ 0xff]), offset)
  }
}

export async function overwrite(disk: Disk, path: string, bytes: Uint8Array, offset: number): Promise<void> {
  const file = await disk.openFile(path, 'write')
  await writeFully(file, [bytes], offset)
  await file.sync()
  await file.close()
}

/** Cuts a file to `length` bytes, durably. */
export async function cutFile(disk: Disk, path: string, length: number): Promise<void> {
  const file = await disk.openFile(path, 'write')
  await file.truncate(length)
  await file.sync()
  await file.close()
}

/** A frame of events, one a line. */
export function makeEvents(...events: string[]): Entry {
  return {
    type: 'events',
    count: events.length,
    meta: Buffer.from('{}'),
    payload: Buffer.from(events.map((event) => `${event}\n`).join('')),
  }
}

export function makeControl(type: Exclude<FrameType, 'events'>, meta = ''): Entry {
  return { type, count: 0, meta: Buffer.from(meta), payload: Buffer.alloc(0) }
}

/** What a frame says, in a form that is easy to compare: `0:a,b` for events, `2:cut` for control frames. */
export function describeFrame({ type, firstPosition, payload }: Frame): string {
  const text = type === 'events' ? payload.toString().trimEnd().replaceAll('\n', ',') : type
  return `${firstPosition}:${text}`
}

/** All frames that the reader has now. */
export async function drain(reader: FrameReader): Promise<string[]> {
  const frames: string[] = []
  for (let frame = await reader.next(); frame !== undefined; frame = await reader.next()) {
    frames.push(describeFrame(frame))
  }
  return frames
}

export async function readAll(journal: Journal, position = journal.startPosition): Promise<string[]> {
  const reader = await journal.openReader(position)
  try {
    return await drain(reader)
  } finally {
    await reader.close()
  }
}

/** For `assert.rejects`: a refusal with this code. */
export function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof HansardError && error.code === code
}

export function hasDiskCode(code: string): (error: unknown) => boolean {
  return (error) => hasErrorCode(error, code)
}
