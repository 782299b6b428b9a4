import type { Disk, RandomSource } from 'hansard-journal'
import { NoteFile, readNote, type ServerBook, type SpoolNote } from './spool-note.ts'

/**
 * The servers of a target, how far the events are acknowledged, and under which numbers each server knows them.
 *
 * 1. One server is active; only it is sent to.
 * 2. A number given to a server stands for one event for ever: before another server or another name is used, that
 *    is on disk.
 * 3. Numbers of a server have no gaps but for events that it refused, that were given up, or that may have reached
 *    it without an answer before another server got them.
 */
export interface ServerListOptions {
  readonly disk: Disk
  readonly random: RandomSource
  readonly folder: string
  /** Addresses, the preferred one first. */
  readonly urls: readonly string[]
  readonly instance: string
  readonly spool: { readonly lane: string; readonly startPosition: number; readonly endPosition: number }
}

export class ServerList {
  readonly #options: ServerListOptions
  readonly #note: SpoolNote
  readonly #file: NoteFile
  /** The active server may have stored the events from the acknowledged position up to here. */
  #uncertainEnd: number

  /** @throws errors of the disk */
  static async open(options: ServerListOptions): Promise<ServerList> {
    const { disk, folder, urls, spool } = options
    const known = await readNote(disk, folder)
    // A spool that is not the one of the note, or lost its end, counts from new: the old numbers are taken.
    const isOurs = known !== undefined && known.lane === spool.lane && known.acknowledged <= spool.endPosition
    const list = new ServerList(options, isOurs ? known : makeNote(spool.lane, urls[0]!))
    // Events may have gone for good while the newest note could not be written.
    list.advance(
      Math.max(list.acknowledged, spool.startPosition),
      Math.max(list.readFrom, spool.startPosition),
    )
    if (!urls.includes(list.active)) await list.switchTo(urls[0]!)
    else if (list.#note.books[list.active] === undefined) await list.renew()
    else await list.save()
    return list
  }

  private constructor(options: ServerListOptions, note: SpoolNote) {
    this.#options = options
    this.#note = note
    this.#file = new NoteFile(options.disk, options.folder)
    this.#uncertainEnd = note.attempted
  }

  get active(): string {
    return this.#note.active
  }

  get source(): string {
    return this.#book.source
  }

  /** Everything before is acknowledged, or a dead letter. */
  get acknowledged(): number {
    return this.#note.acknowledged
  }

  /** Where the frame begins that holds the acknowledged position. */
  get readFrom(): number {
    return this.#note.readFrom
  }

  /** Events that the active server may have stored without an answer. */
  get uncertainEvents(): number {
    return Math.max(0, this.#uncertainEnd - this.#note.acknowledged)
  }

  get count(): number {
    return this.#options.urls.length
  }

  /** Those that are preferred to the active one, the first first. */
  get preferred(): readonly string[] {
    const { urls } = this.#options
    return urls.slice(0, urls.indexOf(this.active))
  }

  /** The one to try after the active one; undefined when there is no other. */
  get alternative(): string | undefined {
    const { urls } = this.#options
    return urls.length < 2 ? undefined : urls[(urls.indexOf(this.active) + 1) % urls.length]
  }

  /** Number of the event at `position`, for the active server. */
  sequenceOf(position: number): number {
    return this.#book.next + position - this.#book.from
  }

  /** To be awaited before events up to `end` are sent for the first time. */
  noteAttempt(end: number): Promise<void> {
    this.#note.attempted = Math.max(this.#note.attempted, end)
    return this.save()
  }

  /** Events up to `end` were sent and not answered for sure. */
  noteUncertain(end: number): void {
    this.#uncertainEnd = Math.max(this.#uncertainEnd, end)
  }

  /** Everything before `position` is done. Not durable: see `save`. */
  advance(position: number, readFrom: number): void {
    this.#note.acknowledged = position
    this.#note.readFrom = readFrom
    this.#note.attempted = Math.max(this.#note.attempted, position)
  }

  /** Sends what is not acknowledged to another server. When the disk refuses, nothing has changed. */
  switchTo(url: string): Promise<void> {
    const { acknowledged, active, books } = this.#note
    const used = Math.max(this.#uncertainEnd, acknowledged)
    const left = books[active]
    const entered = books[url]
    return this.#change(url, {
      ...books,
      // What may have arrived there has used up its numbers.
      ...(left === undefined
        ? {}
        : { [active]: { source: left.source, next: this.sequenceOf(used), from: used } }),
      [url]: { source: entered?.source ?? this.#makeSource(), next: entered?.next ?? 0, from: acknowledged },
    })
  }

  /** Takes a new name at the active server, which has stored nothing that is not acknowledged. */
  renew(): Promise<void> {
    const { acknowledged, active, books } = this.#note
    return this.#change(active, {
      ...books,
      [active]: { source: this.#makeSource(), next: 0, from: acknowledged },
    })
  }

  /** Durable when it resolves. */
  save(): Promise<void> {
    return this.#file.save(this.#note)
  }

  /** After the last request: what was made ready and never sent is certain again. */
  async close(): Promise<void> {
    this.#note.attempted = Math.max(this.#uncertainEnd, this.#note.acknowledged)
    await this.save()
  }

  get #book(): ServerBook {
    return this.#note.books[this.active]!
  }

  async #change(active: string, books: SpoolNote['books']): Promise<void> {
    await this.#file.save({ ...this.#note, active, books })
    this.#note.active = active
    this.#note.books = books
    this.#uncertainEnd = this.#note.acknowledged
  }

  /** Readable for people, and unlike every other: `design-1-9f86d081884c7d659a2feaa0`. */
  #makeSource(): string {
    const chance = Buffer.from(this.#options.random.readBytes(12)).toString('hex')
    const plain = this.#options.instance.replace(/[^A-Za-z0-9._-]+/g, '_').slice(0, 64)
    return plain === '' ? chance : `${plain}-${chance}`
  }
}

function makeNote(lane: string, active: string): SpoolNote {
  return { format: 'hansard-spool-1', lane, acknowledged: 0, readFrom: 0, attempted: 0, active, books: {} }
}
