import type { EventsMeta, Frame, LabelRun } from 'hansard-journal'
import { fileExtension } from '../compression/compress-block.ts'
import type { DestinationSettings } from '../config/destination-settings.ts'
import type { SealedFile } from '../connections/connection.ts'
import type { Manifest, ManifestPart } from '../integrity/manifest.ts'
import type { Placement } from '../layout/placement.ts'
import { envelopePrefix, makeEnvelope } from './envelope.ts'
import type { LineOwner, LineStore } from './line-store.ts'
import { PartWriter } from './part-writer.ts'

/** A part of a sealed epoch, ready to be published. */
export interface NamedPart {
  readonly manifestPart: ManifestPart
  readonly file: SealedFile
}

export interface SealedEpoch {
  readonly parts: readonly NamedPart[]
  readonly manifest: Manifest
}

/** What the epochs before this one amount to: the number of this one, their last position, their events. */
export interface EpochsBefore {
  readonly epoch: number
  readonly previousLast: number
  readonly delivered: number
  /** Revision of the settings now in force. */
  readonly revision: number
}

/** The run of positions that a destination is about to finish as one unit. */
export class Epoch {
  readonly startedAt: number
  readonly first: number
  /** Payload bytes of the events taken so far. */
  takenBytes = 0
  count = 0
  readonly #settings: DestinationSettings
  readonly #lane: string
  readonly #placement: Placement
  readonly #store: LineStore
  readonly #writersByFolder = new Map<string, PartWriter>()
  /** Finds the writer without building the folder's name: by labels and period. */
  readonly #writersByKey = new Map<string, PartWriter>()
  readonly #topics = new Map<string, number>()

  constructor(options: {
    settings: DestinationSettings
    lane: string
    placement: Placement
    openStore: (owners: () => Iterable<LineOwner>) => LineStore
    frame: Frame
  }) {
    this.#settings = options.settings
    this.#lane = options.lane
    this.#placement = options.placement
    this.#store = options.openStore(() => this.#owners())
    this.startedAt = options.frame.appendedAt
    this.first = options.frame.firstPosition
  }

  /** Adds the events of the runs that `isTaken` marks. */
  async add(frame: Frame, meta: EventsMeta, isTaken: readonly boolean[]): Promise<void> {
    let at = 0
    let position = frame.firstPosition
    for (const [index, run] of meta.runs.entries()) {
      at = isTaken[index]
        ? await this.#addRun(frame.payload, at, position, meta, run)
        : skipLines(frame.payload, at, run[2])
      position += run[2]
    }
  }

  async #addRun(
    payload: Buffer,
    start: number,
    firstPosition: number,
    meta: EventsMeta,
    run: LabelRun,
  ): Promise<number> {
    const [topic, routingKey, count] = run
    const store = this.#store
    const writer = this.#findWriter(topic, routingKey, meta.receivedAt)
    const envelope = makeEnvelope(this.#settings.envelopeFields, this.#lane, this.#placement.zone, meta, run)
    let at = start
    for (let position = firstPosition; position < firstPosition + count; position++) {
      const end = payload.indexOf(0x0a, at)
      const suffix = envelope.suffixAt(position)
      const bytes = envelopePrefix.length + (end - at) + suffix.length
      if (!store.hasRoom(bytes)) await store.makeRoom(bytes)
      const { arena, used } = store
      envelopePrefix.copy(arena, used)
      payload.copy(arena, used + envelopePrefix.length, at, end)
      suffix.copy(arena, used + bytes - suffix.length)
      store.claim(writer.block, bytes)
      writer.countLine(position)
      if (writer.isBlockFull) await writer.closeBlock()
      at = end + 1
    }
    this.takenBytes += at - start
    this.count += count
    this.#topics.set(topic, (this.#topics.get(topic) ?? 0) + count)
    return at
  }

  /** Finishes all parts and names them. `last`: position of the last event that the epoch covers. */
  async seal(before: EpochsBefore, last: number): Promise<SealedEpoch> {
    const { path, compression } = this.#settings
    const base = `${this.#lane}-${String(this.first).padStart(16, '0')}-${last}`
    const parts: NamedPart[] = []
    for (const [folder, writer] of this.#writersByFolder) {
      const sealed = await writer.seal()
      for (const [index, { file, ...facts }] of sealed.entries()) {
        const suffix = sealed.length === 1 ? '' : `-${index + 1}`
        const name = `${base}${suffix}${fileExtension(compression)}`
        const partPath = [path, folder, name].filter((piece) => piece !== '').join('/')
        const { count, first, last, contentBytes, contentSha256 } = facts
        const manifestPart: ManifestPart = {
          path: partPath,
          count,
          first,
          last,
          bytes: file.bytes,
          sha256: file.sha256,
          contentBytes,
          contentSha256,
        }
        parts.push({ manifestPart, file })
      }
    }
    parts.sort((a, b) => Buffer.compare(Buffer.from(a.manifestPart.path), Buffer.from(b.manifestPart.path)))
    const manifest: Manifest = {
      format: 'hansard-manifest-1',
      destination: this.#settings.name,
      lane: this.#lane,
      epoch: before.epoch,
      first: this.first,
      last,
      previousLast: before.previousLast,
      count: this.count,
      countTotal: before.delivered + this.count,
      topics: Object.fromEntries([...this.#topics].sort(([a], [b]) => (a < b ? -1 : 1))),
      settings: this.#settings,
      revision: before.revision,
      parts: parts.map(({ manifestPart }) => manifestPart),
    }
    return { parts, manifest }
  }

  get partitions(): number {
    return this.#writersByFolder.size
  }

  /** Gives back the memory and the spill file. */
  close(): Promise<void> {
    return this.#store.close()
  }

  #findWriter(topic: string, routingKey: string | null, receivedAt: number): PartWriter {
    const key = `${this.#placement.periodOf(receivedAt)}\n${topic}\n${routingKey ?? '\n'}`
    const known = this.#writersByKey.get(key)
    if (known !== undefined) return known
    const folder = this.#placement.folderOf(topic, routingKey, receivedAt)
    let writer = this.#writersByFolder.get(folder)
    if (writer === undefined) {
      const { compression, flush } = this.#settings
      writer = new PartWriter(this.#store, compression, flush.partMaxBytes)
      this.#writersByFolder.set(folder, writer)
    }
    this.#writersByKey.set(key, writer)
    return writer
  }

  *#owners(): Iterable<LineOwner> {
    for (const writer of this.#writersByFolder.values()) yield* writer.owners()
  }
}

function skipLines(payload: Buffer, start: number, count: number): number {
  let at = start
  for (let line = 0; line < count; line++) at = payload.indexOf(0x0a, at) + 1
  return at
}
