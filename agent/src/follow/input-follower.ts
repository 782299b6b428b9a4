import { dirname } from 'node:path'
import { type Clock, hasErrorCode, type RandomSource } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import type { Log } from '../log.ts'
import { type FoundFile, findFiles, findSiblings, sortByAge, statFiles } from './find-files.ts'
import { findOriginal, isRotationOf, isStill, makeMovedError, withFile } from './identify.ts'
import { findLastLineStart } from './line-window.ts'
import { type LogFile, openLogFile } from './log-file.ts'
import { makeStream } from './make-stream.ts'
import type { PlaceBook, Stream } from './place-book.ts'
import { isDistinctHead, readHead } from './print.ts'
import type { StreamReader } from './read-stream.ts'

export interface InputFollowerOptions {
  readonly name: string
  /** Absolute globs. */
  readonly paths: readonly string[]
  /** Where files begin that stand there when the input is followed for the first time. */
  readonly start: 'beginning' | 'end'
  readonly pollEveryMs: number
  readonly book: PlaceBook
  readonly reader: StreamReader
  readonly clock: Clock
  readonly random: RandomSource
  readonly log: Log
  readonly stop: AbortSignal
}

/** A file that needs no look until it changes. */
interface SetAside {
  readonly found: FoundFile
  /** `'copy'`: it is read in place of its original once that is gone. */
  readonly why: 'copy' | 'unclear' | 'broken'
  readonly original?: Stream
}

/** A file that was changed so lately is kept open: if it is removed, what was written last can still be read. */
const keptOpenMs = 60_000

/**
 * Follows the logs of one input: looks which files stand there, knows them again, and reads what is new.
 *
 * 1. Every line is taken once, in the order of its log, whatever names and copies the log has.
 * 2. The files are read one after the other, those that changed first before the others: so a rotated file is read to
 *    its end before the new one.
 * 3. When a target is full, the input waits, and no other.
 *
 * What may be lost: lines that are written and removed between two looks, and lines that a tool which copies and cuts
 * off logs (copytruncate) loses itself.
 */
export class InputFollower {
  readonly #options: InputFollowerOptions
  readonly #open = new Map<Stream, LogFile>()
  readonly #setAside = new Map<string, SetAside>()
  /** By path: the last thing that was told of it. */
  readonly #told = new Map<string, string>()
  /** The files of the last look. */
  #claims = new Map<Stream, FoundFile>()
  /** Streams whose file was not found at the last look, with the file as it was before. */
  #missed = new Map<Stream, FoundFile | undefined>()
  /** Files went from their paths during this look. */
  #isDisturbed = false

  constructor(options: InputFollowerOptions) {
    this.#options = options
  }

  /** Files that are followed at present. */
  get files(): number {
    return this.#claims.size
  }

  /** Bytes of the files that were not taken at the last look. */
  get unreadBytes(): number {
    let bytes = 0
    for (const [{ place, isOld }, { size }] of this.#claims) {
      if (!isOld && place.end === null) bytes += Math.max(0, size - place.offset)
    }
    return bytes
  }

  /** Follows until it is stopped. Faults are told, and tried again at the next look. */
  async run(): Promise<void> {
    const { stop, clock, pollEveryMs, log, name } = this.#options
    let fault: string | undefined
    while (!stop.aborted) {
      try {
        await this.look()
        if (fault !== undefined) log.info('The input goes on', { input: name })
        fault = undefined
      } catch (error) {
        const reason = describe(error)
        if (reason !== fault) log.error('The input cannot go on; it tries again', { input: name, reason })
        fault = reason
      }
      await clock.sleep(pollEveryMs, stop)
    }
    await this.close()
  }

  /** Closes the files that it kept open. */
  async close(): Promise<void> {
    for (const stream of [...this.#open.keys()]) await this.#close(stream)
  }

  /** Looks once, and reads all that is new. */
  async look(): Promise<void> {
    const { book, name, stop } = this.#options
    const claims = await this.#findClaims()
    this.#claims = claims
    if (!book.isKnownInput(name)) book.noteInput(name)
    // A stream must be known before its first event is: what was taken under a forgotten name would be taken twice.
    await book.save()
    const streams = new Map([...claims].map(([stream, found]) => [found, stream]))
    for (const found of sortByAge([...claims.values()])) {
      const stream = streams.get(found)!
      if (stop.aborted) return
      await this.#guard(found, () => this.#readNew(stream, found))
    }
  }

  async #findClaims(): Promise<Map<Stream, FoundFile>> {
    const { paths, book, name } = this.#options
    this.#isDisturbed = false
    const streams = book.streams.filter(({ input }) => input === name)
    const here = streams.filter(({ inode }) => inode !== null)
    const matched = await findFiles(paths)
    const matchedPaths = new Set(matched.map(({ path }) => path))
    // A log may have been renamed to what does not match.
    const others = await statFiles(here.map(({ path }) => path).filter((path) => !matchedPaths.has(path)))
    const claims = new Map<Stream, FoundFile>()
    const byInode = new Map(here.map((stream) => [stream.inode, stream]))
    const strangers = await this.#claimKnown([...others, ...matched], byInode, claims)
    const missing = here.filter((stream) => !claims.has(stream))
    if (missing.length > 0) {
      const looked = new Set([...matchedPaths, ...others.map(({ path }) => path)])
      const siblings = (await listSiblings(missing)).filter(({ path }) => !looked.has(path))
      strangers.push(...(await this.#claimKnown(siblings, byInode, claims)))
    }
    for (const found of sortByAge(strangers)) {
      await this.#guard(found, () => this.#claimStranger(found, claims, matchedPaths.has(found.path)))
    }
    const missed = missing.filter((stream) => !claims.has(stream) && stream.inode !== null)
    const lastSeen = missed.map(
      (stream) => [stream, this.#claims.get(stream) ?? this.#missed.get(stream)] as const,
    )
    for (const [stream, found] of lastSeen) {
      // Files may be renamed while they are looked at, so to miss one once means nothing.
      if (this.#missed.has(stream) && !this.#isDisturbed) await this.#giveUp(stream, found)
    }
    this.#missed = new Map(lastSeen)
    return claims
  }

  /** Finds the files that are where and what they were, or were renamed. Returns the others. */
  async #claimKnown(
    files: readonly FoundFile[],
    byInode: ReadonlyMap<string | null, Stream>,
    claims: Map<Stream, FoundFile>,
  ): Promise<FoundFile[]> {
    const strangers: FoundFile[] = []
    for (const found of files) {
      const stream = byInode.get(found.inode)
      if (stream === undefined || stream.inode === null || claims.has(stream)) strangers.push(found)
      else {
        await this.#guard(found, async () => {
          if (await isStill(found, stream)) this.#claim(stream, found, claims)
          else {
            await this.#detach(stream, 'The log was cut off, or another one has taken its place')
            strangers.push(found)
          }
        })
      }
    }
    return strangers
  }

  /** A file that is not known by its inode: a copy, or a new log. Only what matches the globs may be a new log. */
  async #claimStranger(found: FoundFile, claims: Map<Stream, FoundFile>, isMatched: boolean): Promise<void> {
    const { book, name } = this.#options
    if (found.size === 0 || this.#isSetAside(found, claims)) return
    const streams = book.streams.filter(({ input }) => input === name)
    const original = await findOriginal(found, streams, isRotationOf)
    if (original === 'unclear') this.#setAside.set(found.path, { found, why: 'unclear' })
    else if (original === undefined) {
      if (!isMatched) return
      const stream = await this.#addStream(found)
      if (stream !== undefined) this.#claim(stream, found, claims)
    } else if (claims.has(original)) this.#setAside.set(found.path, { found, why: 'copy', original })
    else this.#claim(original, found, claims)
  }

  #isSetAside(found: FoundFile, claims: ReadonlyMap<Stream, FoundFile>): boolean {
    const aside = this.#findSetAside(found)
    if (aside === undefined) return false
    if (aside.original === undefined || claims.has(aside.original)) return true
    this.#setAside.delete(found.path)
    return false
  }

  /** Why the file was set aside, if it is still the same. */
  #findSetAside(found: FoundFile): SetAside | undefined {
    const aside = this.#setAside.get(found.path)
    if (aside === undefined) return undefined
    const { inode, size, mtimeMs } = aside.found
    if (inode === found.inode && size === found.size && mtimeMs === found.mtimeMs) return aside
    this.#setAside.delete(found.path)
    return undefined
  }

  #claim(stream: Stream, found: FoundFile, claims: Map<Stream, FoundFile>): void {
    claims.set(stream, found)
    if (stream.path === found.path && stream.inode === found.inode) return
    if (stream.path !== found.path) {
      const { name, log } = this.#options
      log.info('The log has another name now', { input: name, file: found.path, before: stream.path })
    }
    stream.path = found.path
    stream.inode = found.inode
    this.#options.book.noteChange()
  }

  /** Undefined while the file holds less than a line: by so little it could not be told from others. */
  async #addStream(found: FoundFile): Promise<Stream | undefined> {
    const { book, name, random, log } = this.#options
    const isOld = this.#options.start === 'end' && !book.isKnownInput(name)
    const stream = await withFile(found, async (file) => {
      const head = await readHead(file)
      if (!file.isCompressed && !isDistinctHead(head)) return undefined
      const from = isOld && !file.isCompressed ? await findLastLineStart(file, found.size) : 0
      return makeStream({ input: name, found, file, head, random, from, isOld: isOld && file.isCompressed })
    })
    if (stream === undefined) return undefined
    book.add(stream)
    log.info('A log is followed', { input: name, file: found.path, offset: stream.place.offset })
    return stream
  }

  async #readNew(stream: Stream, found: FoundFile): Promise<void> {
    const { end } = stream.place
    const isRead = end !== null && end.size === found.size && end.mtimeMs === found.mtimeMs
    const isFresh = this.#options.clock.readNow() - found.mtimeMs < keptOpenMs
    // Not so if it was taken for a copy: during a rotation a file may be found under two names.
    const isBroken = this.#findSetAside(found)?.why === 'broken'
    if (!stream.isOld && !isRead && !isBroken) {
      let file = this.#open.get(stream)
      if (file === undefined || file.inode !== found.inode) {
        await this.#close(stream)
        file = await openLogFile(found.path)
        this.#open.set(stream, file)
        if (file.inode !== found.inode) throw makeMovedError(found.path)
      }
      let isKept = false
      try {
        const result = await this.#options.reader.read(file, stream, found, 'growing')
        if (result === 'replaced') await this.#detach(stream, 'The log was cut off')
        // What was unpacked to its end, or to a fault, says nothing more.
        isKept = !file.isCompressed
      } finally {
        if (!isKept) await this.#close(stream)
      }
    }
    if (!isFresh) await this.#close(stream)
  }

  /** The file is not there any more. What was written to it before it was removed is read while it is open. */
  async #giveUp(stream: Stream, before: FoundFile | undefined): Promise<void> {
    const file = this.#open.get(stream)
    if (file !== undefined && before !== undefined) {
      const result = await this.#options.reader.read(file, stream, before, 'removed')
      if (result === 'stopped') return
    } else if (before !== undefined && stream.place.end === null && !stream.isOld) {
      const { name, log } = this.#options
      log.error('A log was removed before it was read', {
        ...{ input: name, file: stream.path, lostBytes: before.size - stream.place.offset },
      })
    }
    await this.#detach(stream, 'The log is not there any more')
  }

  async #detach(stream: Stream, why: string): Promise<void> {
    const { name, log, book } = this.#options
    stream.inode = null
    book.noteChange()
    log.info(why, { input: name, file: stream.path, offset: stream.place.offset })
    await this.#close(stream)
  }

  async #close(stream: Stream): Promise<void> {
    const file = this.#open.get(stream)
    this.#open.delete(stream)
    await file?.close()
  }

  /** A file that cannot be read stops no other one. */
  async #guard(found: FoundFile, work: () => Promise<void>): Promise<void> {
    const { name, log } = this.#options
    try {
      await work()
      this.#told.delete(found.path)
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) {
        this.#isDisturbed = true
        return
      }
      // The state folder is not the fault of this file, and stops all of them.
      if (error instanceof HansardError && error.facts.file !== undefined) throw error
      const reason = describe(error)
      if (this.#told.get(found.path) !== reason) {
        log.warn('A log cannot be read; it is tried again', { input: name, file: found.path, reason })
      }
      // Perhaps it is being compressed at this moment. To unpack it at every look would be much work for nothing.
      if (isBrokenCompression(error)) this.#setAside.set(found.path, { found, why: 'broken' })
      this.#told.set(found.path, reason)
    }
  }
}

async function listSiblings(streams: readonly Stream[]): Promise<FoundFile[]> {
  const files = new Map<string, FoundFile>()
  const folders = new Map(streams.map(({ path }) => [dirname(path), path]))
  for (const path of folders.values()) {
    for (const found of await findSiblings(path)) files.set(found.path, found)
  }
  return [...files.values()]
}

function isBrokenCompression(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
