import type { Clock, RandomSource } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import { Bell } from '../bell.ts'
import type { Doors } from '../doors.ts'
import type { Observe } from '../observer.ts'
import type { FileOptions } from '../options.ts'
import { makeRetryPauseMs } from '../retry-pause.ts'
import type { Trouble } from '../stats.ts'
import { RotatingFile } from './rotating-file.ts'

const mebibyte = 1024 * 1024
const writeBytesMax = mebibyte
/** What a line costs in memory beside its bytes. */
const lineOverheadBytes = 100

/** Gathers lines in memory and writes them to a rotating file, in their order, again and again until the disk takes them. */
export class LogWriter {
  state: 'idle' | 'writing' | 'waiting' | 'closed' = 'idle'
  trouble: Trouble | undefined
  inMemory = 0
  inMemoryBytes = 0
  written = 0
  writtenBytes = 0
  readonly #target: string
  readonly #clock: Clock
  readonly #random: RandomSource
  readonly #observe: Observe
  readonly #file: RotatingFile
  readonly #memoryBytesMax: number
  readonly #writeEveryMs: number
  readonly #sync: 'eachWrite' | 'never' | { readonly everyMs: number }
  readonly #hurry = new Bell()
  readonly #stop = new AbortController()
  #isHurried = false
  #lines: Buffer[] = []
  #running: Promise<void> | undefined
  #accepted = 0
  /** Lines up to this number are written, and synced if somebody waits for that. */
  #waiting: { upTo: number; resolve(): void; reject(error: unknown): void }[] = []
  #hasUnsynced = false
  #syncedAt: number

  constructor(options: FileOptions, target: string, { disk, clock, random }: Doors, observe: Observe) {
    this.#target = target
    this.#clock = clock
    this.#random = random
    this.#observe = observe
    this.#file = new RotatingFile(
      disk,
      options.path,
      options.fileBytesMax ?? 100 * mebibyte,
      options.filesKept ?? 20,
    )
    this.#memoryBytesMax = options.memoryBytesMax ?? 16 * mebibyte
    this.#writeEveryMs = options.writeEveryMs ?? 100
    this.#sync = options.sync ?? { everyMs: 1000 }
    this.#syncedAt = clock.readNow()
  }

  get rotations(): number {
    return this.#file.rotations
  }

  /** False when there is no room in memory. */
  offer(line: Buffer): boolean {
    const bytes = line.length + lineOverheadBytes
    if (this.inMemoryBytes + bytes > this.#memoryBytesMax) return false
    this.#lines.push(line)
    this.inMemory++
    this.inMemoryBytes += bytes
    this.#accepted++
    this.#running ??= this.#run()
    return true
  }

  /** Resolves when every line so far is written and synced, whatever the sync policy. */
  whenWritten(): Promise<void> {
    if (this.inMemory === 0 && !this.#hasUnsynced) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ upTo: this.#accepted, resolve, reject })
      this.#isHurried = true
      this.#hurry.ring()
      this.#running ??= this.#run()
    })
  }

  /** Asks the disk a last time, if it must, and closes the file. Resolves to the number of lines that are lost. */
  async close(): Promise<number> {
    this.#stop.abort()
    this.#isHurried = true
    this.#hurry.ring()
    await this.#running
    await this.#file.close().catch(() => {})
    this.state = 'closed'
    const lost = new HansardError('JOURNAL_CLOSED', 'The log file was closed before its disk took the lines.')
    for (const { reject } of this.#waiting) reject(lost)
    return this.inMemory
  }

  async #run(): Promise<void> {
    while (this.#lines.length > 0 || this.#mustSync()) {
      if (!this.#isHurried) await this.#clock.sleep(this.#writeEveryMs, this.#hurry.signal)
      this.#isHurried = false
      while (this.#lines.length > 0) {
        if (!(await this.#try(() => this.#writeSome()))) break
      }
      if (this.#isSyncDue()) await this.#try(() => this.#syncFile())
      if (!this.#hasUnsynced) this.#settle()
      if (this.#stop.signal.aborted) break
    }
    if (this.state !== 'closed') this.state = 'idle'
    this.#running = undefined
  }

  /** True while a sync is outstanding that the policy, or somebody who waits, asks for. */
  #mustSync(): boolean {
    return this.#hasUnsynced && (this.#sync !== 'never' || this.#waiting.length > 0)
  }

  #isSyncDue(): boolean {
    if (!this.#mustSync()) return false
    if (this.#sync === 'eachWrite' || this.#waiting.length > 0 || this.#stop.signal.aborted) return true
    return this.#sync !== 'never' && Math.abs(this.#clock.readNow() - this.#syncedAt) >= this.#sync.everyMs
  }

  async #writeSome(): Promise<void> {
    let count = 0
    let bytes = 0
    while (count < this.#lines.length && (count === 0 || bytes < writeBytesMax)) {
      bytes += this.#lines[count++]!.length
    }
    const lines = Buffer.concat(this.#lines.slice(0, count), bytes)
    await this.#file.append(lines)
    // Only now: a write that failed is done again.
    this.#lines.splice(0, count)
    this.#hasUnsynced = true
    this.inMemory -= count
    this.inMemoryBytes -= bytes + count * lineOverheadBytes
    this.written += count
    this.writtenBytes += bytes
  }

  async #syncFile(): Promise<void> {
    await this.#file.sync()
    this.#hasUnsynced = false
    this.#syncedAt = this.#clock.readNow()
  }

  /** Wakes those whose lines are all written and synced. */
  #settle(): void {
    this.#waiting = this.#waiting.filter(({ upTo, resolve }) => {
      if (upTo > this.written) return true
      resolve()
      return false
    })
  }

  /** Tries until it works. False when the writer was closed before. */
  async #try(work: () => Promise<void>): Promise<boolean> {
    this.state = 'writing'
    for (let failures = 0; ; ) {
      try {
        await work()
        if (failures > 0) this.#observe({ kind: 'recovered', target: this.#target, failures })
        this.trouble = undefined
        return true
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        const pauseMs = makeRetryPauseMs(++failures, 0, this.#random)
        this.trouble = { since: this.trouble?.since ?? this.#clock.readNow(), failures, code: null, reason }
        this.#observe({ kind: 'trouble', target: this.#target, during: 'write', code: null, reason, pauseMs })
        // Whatever is wrong with the open file: the next attempt opens it anew.
        await this.#file.close().catch(() => {})
        if (this.#stop.signal.aborted) return false
        this.state = 'waiting'
        await this.#clock.sleep(pauseMs, this.#stop.signal)
      }
    }
  }
}
