import {
  appendFile,
  copyFile,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readFully } from 'hansard-journal'
import { openScriptedHttp, ScriptedServer } from '../../dispatcher/test/scripted-server.ts'
import { makeTarget } from '../../dispatcher/test/sim-node.ts'
import { openRandom } from '../../test/kit/random.ts'
import { SimClock } from '../../test/kit/sim-clock.ts'
import { SimDisk } from '../../test/kit/sim-disk.ts'
import { type Agent, openAgent } from '../src/agent.ts'
import type { AgentConfig, InputConfig } from '../src/config/load-config.ts'
import { InputFollower } from '../src/follow/input-follower.ts'
import type { Forwarder } from '../src/forward.ts'
import { type ImportedFile, importFiles } from '../src/import-files.ts'
import { openLog } from '../src/log.ts'

/** The part of a test context that is needed. */
interface Scope {
  after(cleanUp: () => Promise<void>): void
}

export interface RigOptions {
  readonly input?: Partial<InputConfig>
  readonly config?: Partial<AgentConfig>
  /** More targets than the event server, which has the name `event-server`. */
  readonly seed?: number
}

const stateDir = '/state'

/**
 * Real log files in a folder of their own, and an agent on a simulated disk before a simulated server. The test says
 * when the agent looks at the files, when it saves its places, and when it dies.
 */
export class LogRig {
  readonly folder: string
  readonly server = new ScriptedServer()
  readonly disk: SimDisk
  /** What the agent told, over all its lives. */
  readonly told: { readonly level: string; readonly text: string }[] = []
  readonly #options: RigOptions
  #starts = 0
  #life: Life | undefined
  #looking: Promise<void> = Promise.resolve()

  static async open(scope: Scope, options: RigOptions = {}): Promise<LogRig> {
    const folder = await mkdtemp(join(tmpdir(), 'hansard-agent-'))
    const rig = new LogRig(folder, options)
    scope.after(async () => {
      await rig.#life?.follower.close()
      await rm(folder, { recursive: true, force: true })
    })
    await rig.start()
    return rig
  }

  private constructor(folder: string, options: RigOptions) {
    this.folder = folder
    this.disk = new SimDisk({ seed: options.seed ?? 1 })
    this.#options = options
  }

  get agent(): Agent {
    return this.#alive.agent
  }

  get counts(): Forwarder['counts'] {
    return this.#alive.forwarder.counts
  }

  get clock(): SimClock {
    return this.#alive.clock
  }

  get follower(): InputFollower {
    return this.#alive.follower
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  append(name: string, text: string | Uint8Array): Promise<void> {
    return appendFile(this.path(name), text)
  }

  rename(from: string, to: string): Promise<void> {
    return rename(this.path(from), this.path(to))
  }

  copy(from: string, to: string): Promise<void> {
    return copyFile(this.path(from), this.path(to))
  }

  cutOff(name: string): Promise<void> {
    return truncate(this.path(name))
  }

  remove(name: string): Promise<void> {
    return rm(this.path(name))
  }

  /** As gzip does it: the time of the file stays, its old name goes. */
  async compress(name: string): Promise<void> {
    const { atime, mtime } = await stat(this.path(name))
    const packed = this.path(`${name}.gz`)
    await writeFile(packed, gzipSync(await readFile(this.path(name))))
    await utimes(packed, atime, mtime)
    await this.remove(name)
  }

  /** A process starts, on what an earlier one left. */
  async start(): Promise<void> {
    const clock = new SimClock({ startAt: Date.now(), settle: () => this.disk.settle() })
    const random = openRandom((this.#options.seed ?? 1) * 1000 + ++this.#starts)
    const network = { isCut: false }
    const input = makeInput(this.folder, this.#options.input)
    const config: AgentConfig = {
      ...{ instance: 'node-1', stateDir, inputs: [input], targets: [makeTarget()], pollEveryMs: 250 },
      ...{ lineBytesMax: 2 ** 20, deadLetterBytesMax: 2 ** 26, closeWithinMs: 10_000 },
      ...this.#options.config,
    }
    const log = openLog(
      (line) => this.told.push(JSON.parse(line)),
      () => clock.readNow(),
    )
    const agent = await whileTimePasses(
      { disk: this.disk, clock, network },
      openAgent({
        ...{ config, log },
        doors: {
          ...{ disk: this.disk.mount(), clock, random },
          openHttp: () => openScriptedHttp({ a: this.server }, network),
          lock: async () => ({ release: async () => {} }),
        },
      }),
    )
    const stop = new AbortController()
    const { reader, forwarder } = agent.openReader(input)
    const { name, paths, start } = input
    const follower = new InputFollower({
      ...{ name, paths, start, book: agent.book, reader, clock, random, log },
      pollEveryMs: config.pollEveryMs,
      stop: stop.signal,
    })
    this.#life = { agent, follower, forwarder, clock, network, input, stop }
  }

  look(): Promise<void> {
    this.#looking = this.#alive.follower.look()
    return this.whileTimePasses(this.#looking)
  }

  /** The places are saved, as far as the spool has the events on disk. */
  save(): Promise<void> {
    return this.whileTimePasses(this.agent.save())
  }

  importFiles(...names: string[]): Promise<ImportedFile[]> {
    const { agent, input } = this.#alive
    const progress = { totalBytes: 0, doneBytes: 0, events: 0, path: undefined }
    const files = names.map((name) => this.path(name))
    const random = openRandom(this.#starts)
    return this.whileTimePasses(importFiles({ agent, random, files, progress, findInput: () => input }))
  }

  /** The process ends at once, or the power of the machine goes. */
  async die(how: 'kill' | 'crash' = 'kill'): Promise<void> {
    const { network, follower, stop } = this.#alive
    this.disk.onOperation = undefined
    this.disk[how]()
    network.isCut = true
    stop.abort()
    this.#life = undefined
    await this.#looking.catch(() => {})
    await follower.close()
  }

  async restart(how: 'kill' | 'crash' = 'kill'): Promise<void> {
    await this.die(how)
    await this.start()
  }

  /** The events that the server has stored once all has arrived, in their order. */
  async readEvents(): Promise<string[]> {
    await this.whileTimePasses(this.agent.dispatcher.flush(600_000))
    return this.server.events.map((line) => /"event":(.*)\}$/.exec(line)![1]!)
  }

  /** The numbers in events like `{"n":7}`. */
  async readNumbers(): Promise<number[]> {
    return (await this.readEvents()).map((event) => JSON.parse(event).n as number)
  }

  /** Without those that a power cut tore. */
  async readDeadLetters(): Promise<Record<string, unknown>[]> {
    const text = (await readFully(this.disk, `${stateDir}/dead-letters.jsonl`)).toString()
    return text
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}') && !line.includes('\0'))
      .map((line) => JSON.parse(line))
  }

  whileTimePasses<T>(work: Promise<T>): Promise<T> {
    const { clock, network } = this.#alive
    return whileTimePasses({ disk: this.disk, clock, network }, work)
  }

  get #alive(): Life {
    if (this.#life === undefined) throw new Error('the agent does not run')
    return this.#life
  }
}

interface Life {
  readonly agent: Agent
  readonly follower: InputFollower
  readonly forwarder: Forwarder
  readonly clock: SimClock
  readonly network: { isCut: boolean }
  readonly input: InputConfig
  readonly stop: AbortController
}

/** A line of NDJSON. */
export function makeLine(n: number, padding = 0): string {
  return `{"n":${n}${padding > 0 ? `,"pad":"${'x'.repeat(padding)}"` : ''}}\n`
}

export function makeLines(from: number, to: number, padding = 0): string {
  return Array.from({ length: to - from }, (_, index) => makeLine(from + index, padding)).join('')
}

function makeInput(folder: string, given: Partial<InputConfig> = {}): InputConfig {
  return {
    ...{ name: 'log', format: 'ndjson', topic: { fixed: 'generic' }, routingKey: 'none', start: 'beginning' },
    paths: [`${folder}/app.log*`],
    ...given,
  } as InputConfig
}

async function whileTimePasses<T>(
  { disk, clock, network }: { disk: SimDisk; clock: SimClock; network: { isCut: boolean } },
  work: Promise<T>,
): Promise<T> {
  let isSettled = false
  const settle = (): void => {
    isSettled = true
  }
  work.then(settle, settle)
  while (!isSettled) {
    await disk.settle()
    // For the work of a process that has ended nobody waits.
    if (network.isCut) break
    if (!isSettled) await clock.advanceToNextWake()
  }
  return work
}
