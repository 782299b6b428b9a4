import { resolve } from 'node:path'
import type { RandomSource } from 'hansard-journal'
import type { Agent, InputReader } from './agent.ts'
import type { InputConfig } from './config/load-config.ts'
import { type FoundFile, familyOf, isRotated, statFile } from './follow/find-files.ts'
import { findOriginal, isStill, withFile } from './follow/identify.ts'
import { cutOff, type LogFile } from './follow/log-file.ts'
import { makeStream } from './follow/make-stream.ts'
import type { Stream } from './follow/place-book.ts'
import { makePrint, readHead } from './follow/print.ts'
import type { ForwardCounts } from './forward.ts'

export interface ImportOptions {
  readonly agent: Agent
  readonly random: RandomSource
  readonly files: readonly string[]
  /** How the lines of a file are read. */
  findInput(path: string): InputConfig
  readonly progress: ImportProgress
}

/** How far an import came; changed as it goes on. */
export interface ImportProgress {
  totalBytes: number
  doneBytes: number
  events: number
  /** The file that is being read. */
  path: string | undefined
}

/** `'known'`: all of it was taken before. `'stopped'`: it goes on with the next import. */
export interface ImportedFile extends ForwardCounts {
  readonly path: string
  readonly outcome: 'imported' | 'known' | 'stopped' | 'failed'
  readonly reason?: string
}

/**
 * Reads whole files into the dispatcher, one after the other. A log that was followed or imported before, also under
 * another name or compressed, goes on where it was left; so no line is taken twice, however often an import is
 * interrupted.
 */
export async function importFiles(options: ImportOptions): Promise<ImportedFile[]> {
  const { files, progress } = options
  const found = await Promise.all(files.map((path) => statFile(resolve(path))))
  progress.totalBytes = found.reduce((sum, file) => sum + (file?.size ?? 0), 0)
  const readers = new Map<string, InputReader>()
  const results: ImportedFile[] = []
  let bytesBefore = 0
  for (const [index, path] of files.entries()) {
    progress.path = path
    const result = await importFile(path, found[index], readers, bytesBefore, options)
    results.push(result)
    if (result.outcome === 'stopped') break
    bytesBefore += found[index]?.size ?? 0
    progress.doneBytes = bytesBefore
  }
  progress.path = undefined
  return results
}

async function importFile(
  path: string,
  found: FoundFile | undefined,
  readers: Map<string, InputReader>,
  bytesBefore: number,
  options: ImportOptions,
): Promise<ImportedFile> {
  const { agent, findInput, progress } = options
  const none = { path, events: 0, filtered: 0, malformed: 0 }
  if (found === undefined) return { ...none, outcome: 'failed', reason: 'There is no such file.' }
  try {
    const input = findInput(found.path)
    const inputReader = readers.get(input.name) ?? agent.openReader(input)
    readers.set(input.name, inputReader)
    const { reader, forwarder } = inputReader
    const before = { ...forwarder.counts }
    const stream = await findStream(found, input.name, options)
    const isStopped = await withFile(found, async (file) => {
      const shown = withProgress(file, (bytes) => {
        progress.doneBytes = bytesBefore + Math.min(bytes, found.size)
        progress.events = [...readers.values()].reduce((sum, one) => sum + one.forwarder.counts.events, 0)
      })
      const parts = await listParts(stream, file, agent)
      // A stream must be known before its first event is.
      await agent.book.save()
      for (const { part, until } of parts) {
        const result = await reader.read(cutOff(shown, until), part, found, 'given')
        if (result === 'replaced')
          throw new Error('Its content was replaced while it was read. Import it again.')
        if (result === 'stopped') return true
      }
      return false
    })
    const { counts } = forwarder
    const done: ForwardCounts = {
      events: counts.events - before.events,
      filtered: counts.filtered - before.filtered,
      malformed: counts.malformed - before.malformed,
    }
    if (isStopped) return { path, ...done, outcome: 'stopped' }
    const isNew = done.events + done.filtered + done.malformed > 0
    return { path, ...done, outcome: isNew ? 'imported' : 'known' }
  } catch (error) {
    return { ...none, outcome: 'failed', reason: error instanceof Error ? error.message : String(error) }
  }
}

async function findStream(
  found: FoundFile,
  input: string,
  { agent: { book }, random }: ImportOptions,
): Promise<Stream> {
  const streams = book.streams.filter((stream) => stream.input === input)
  const same = streams.find(({ inode }) => inode === found.inode)
  if (same !== undefined && (await isStill(found, same))) return same
  const original = await findOriginal(found, streams, isCopyOf)
  if (original !== undefined && original !== 'unclear') return original
  const stream = await withFile(found, async (file) => {
    const head = await readHead(file)
    return makeStream({ input, found, file, head, random, from: 0, isOld: false })
  })
  book.add(stream)
  return stream
}

/** Who imports a file says that it is a log of its own right: only of the same log, or a copy of it elsewhere. */
function isCopyOf(path: string, original: string): boolean {
  const nameOf = (file: string): string => familyOf(file).replace(/^.*\//, '')
  return isRotated(path) || nameOf(path) === nameOf(original)
}

/**
 * What of the file is to be read: what the stream has not read yet and, where its reading did not begin at the first
 * byte, the part before that. The latter has offsets of its own.
 */
async function listParts(
  stream: Stream,
  file: LogFile,
  { book }: Agent,
): Promise<{ part: Stream; until: number }[]> {
  const rest = { part: stream, until: Number.POSITIVE_INFINITY }
  if (stream.from === 0 && !stream.isOld) return [rest]
  const id = `${stream.id}/before`
  let part = book.streams.find((other) => other.id === id)
  if (part === undefined) {
    const place = { offset: 0, tail: null, end: null }
    // The input has another name, so that nobody takes it for the log itself.
    const input = `${stream.input}/before`
    const until = stream.isOld ? Number.POSITIVE_INFINITY : stream.from
    const head = makePrint(await readHead(cutOff(file, until)), 0)
    part = { ...stream, id, input, inode: null, head, from: 0, isOld: false, place, durable: place }
    book.add(part)
  }
  return stream.isOld ? [{ ...rest, part }] : [{ part, until: stream.from }, rest]
}

function withProgress(file: LogFile, note: (readBytes: number) => void): LogFile {
  return {
    inode: file.inode,
    isCompressed: file.isCompressed,
    get readBytes() {
      return file.readBytes
    },
    read: async (target, position) => {
      const count = await file.read(target, position)
      note(file.readBytes)
      return count
    },
    close: () => file.close(),
  }
}
