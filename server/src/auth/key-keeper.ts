import type { Clock, Disk } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import type { KeyFolder } from './key-folder.ts'
import { KeyRing } from './key-ring.ts'
import { KeyUsage } from './key-usage.ts'

/**
 * Keeps the ring of a running server like the key file, and the usage on disk.
 *
 * 1. A change of the file is in force within half a second; `refresh` makes it so at once.
 * 2. A file that became unreadable or vanished changes nothing: the ring before stays in force, so that no sender that
 *    belongs here is locked out by an accident. It is not silent: `fault` tells until the file can be read again, for
 *    what was revoked since then is not in force.
 */
export interface KeyKeeperOptions {
  readonly folder: KeyFolder
  readonly disk: Disk
  readonly clock: Clock
  /** The keys changed, or what is wrong with their file did. */
  onChange(ring: KeyRing, fault: HansardError | undefined): void
  /** The usage could not be saved; it is tried again. */
  onSaveFailure(error: unknown): void
}

const lookEveryMs = 250
const saveEveryMs = 10_000

export class KeyKeeper {
  readonly usage: KeyUsage
  readonly #options: KeyKeeperOptions
  readonly #stop = new AbortController()
  #bytes: Buffer | undefined
  #ring = new KeyRing([])
  #fault: HansardError | undefined
  #savedAt: number
  #looking: Promise<void> = Promise.resolve()
  #running: Promise<void> = Promise.resolve()

  /** @throws KEY_FILE_UNUSABLE: a server does not start with keys that it cannot trust */
  static async open(options: KeyKeeperOptions): Promise<KeyKeeper> {
    const usage = await KeyUsage.read(options.disk, options.folder.path)
    const keeper = new KeyKeeper(options, usage)
    await keeper.#load()
    keeper.#running = keeper.#run()
    return keeper
  }

  private constructor(options: KeyKeeperOptions, usage: KeyUsage) {
    this.#options = options
    this.usage = usage
    this.#savedAt = options.clock.readNow()
  }

  get ring(): KeyRing {
    return this.#ring
  }

  /** Why the ring may not be that of the file. */
  get fault(): HansardError | undefined {
    return this.#fault
  }

  /** Looks at the file now. */
  refresh(): Promise<void> {
    // One after the other, or an older look could win.
    this.#looking = this.#looking.then(() => this.#look())
    return this.#looking
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
    await this.#looking
    await this.#save()
  }

  async #run(): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      await clock.sleep(lookEveryMs, signal)
      if (signal.aborted) return
      await this.refresh()
      if (Math.abs(clock.readNow() - this.#savedAt) >= saveEveryMs) await this.#save()
    }
  }

  async #look(): Promise<void> {
    const before = this.#fault
    try {
      if (await this.#load()) this.#options.onChange(this.#ring, undefined)
    } catch (error) {
      this.#fault =
        error instanceof HansardError
          ? error
          : new HansardError('KEY_FILE_UNUSABLE', 'The keys cannot be read.', { cause: error })
      if (before?.message !== this.#fault.message) this.#options.onChange(this.#ring, this.#fault)
    }
  }

  /** True if something is new. */
  async #load(): Promise<boolean> {
    const { folder } = this.#options
    const bytes = await folder.readFile()
    if (bytes === undefined) {
      if (this.#bytes === undefined) return false
      throw new HansardError(
        'KEY_FILE_UNUSABLE',
        `The key file in ${folder.path} has vanished. Restore it from a copy.`,
      )
    }
    if (this.#fault === undefined && this.#bytes?.equals(bytes)) return false
    const { records, hashOpaque } = await folder.decode(bytes)
    this.#ring = new KeyRing(records, hashOpaque)
    this.#bytes = bytes
    this.#fault = undefined
    this.usage.keepOnly(new Set(records.flatMap(({ secrets }) => secrets.map(({ id }) => id))))
    return true
  }

  async #save(): Promise<void> {
    this.#savedAt = this.#options.clock.readNow()
    await this.usage.save(this.#options.disk, this.#options.folder.path).catch(this.#options.onSaveFailure)
  }
}
