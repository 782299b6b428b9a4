import { readFully } from 'hansard-journal'
import { openRandom } from '../../test/kit/random.ts'
import { SimClock } from '../../test/kit/sim-clock.ts'
import { SimDisk, type SimDiskOptions } from '../../test/kit/sim-disk.ts'
import { type Dispatcher, openDispatcher } from '../src/dispatcher.ts'
import type { DispatcherEvent } from '../src/observer.ts'
import type { DispatcherOptions, EventServerOptions } from '../src/options.ts'
import { openScriptedHttp, ScriptedServer } from './scripted-server.ts'

/** A simulated machine on which dispatchers are opened one after the other, and the servers `a` and `b`. */
export class SimNode {
  readonly disk: SimDisk
  readonly clock: SimClock
  readonly a = new ScriptedServer()
  readonly b = new ScriptedServer()
  readonly told: DispatcherEvent[] = []
  #starts = 0
  #network = { isCut: false }

  constructor(options: SimDiskOptions = {}) {
    this.disk = new SimDisk(options)
    this.clock = new SimClock({ settle: () => this.disk.settle() })
  }

  /** Opens a dispatcher as a process does that starts now. */
  async open(options: Partial<DispatcherOptions> = {}): Promise<Dispatcher> {
    return this.whileTimePasses(
      openDispatcher({
        instance: 'node-1',
        spoolDir: '/spool',
        targets: [makeTarget()],
        onEvent: (event) => this.told.push(event),
        ...options,
        doors: {
          disk: this.disk.mount(),
          clock: this.clock,
          random: openRandom(++this.#starts),
          openHttp: () => openScriptedHttp({ a: this.a, b: this.b }, this.#network),
          lock: async () => ({ release: async () => {} }),
        },
      }),
    )
  }

  /** The process ends. What still runs of it reaches neither disk nor network. */
  kill(): void {
    this.disk.kill()
    this.#cutNetwork()
  }

  /** The power goes. */
  crash(): void {
    this.disk.crash()
    this.#cutNetwork()
  }

  #cutNetwork(): void {
    this.#network.isCut = true
    this.#network = { isCut: false }
  }

  /** Lets virtual time pass until the promise settles. */
  async whileTimePasses<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false
    const settle = (): void => {
      isSettled = true
    }
    promise.then(settle, settle)
    while (!isSettled) {
      await this.disk.settle()
      if (!isSettled) await this.clock.advanceToNextWake()
    }
    return promise
  }

  async readText(path: string): Promise<string> {
    return (await readFully(this.disk, path)).toString()
  }

  kindsTold(): string[] {
    return this.told.map(({ kind }) => kind)
  }
}

/** A target for the simulated servers. Bodies stay plain: real compression takes real time. */
export function makeTarget(options: Partial<EventServerOptions> = {}): EventServerOptions {
  return { type: 'event-server', url: 'http://a', compression: 'identity', ...options }
}

/** Emits `{"n":from}` to `{"n":to - 1}`, all of which must be accepted. */
export function emitNumbers(dispatcher: Dispatcher, from: number, to: number): void {
  for (let n = from; n < to; n++) {
    const { outcome } = dispatcher.emit({ topic: 'generic', message: { n } })
    if (outcome !== 'accepted') throw new Error(`event ${n} was not accepted but ${outcome}`)
  }
}

/** The numbers in stored lines. */
export function readNumbers(lines: readonly string[]): number[] {
  return lines.map((line) => (JSON.parse(line) as { event: { n: number } }).event.n)
}

export function makeNumbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}
