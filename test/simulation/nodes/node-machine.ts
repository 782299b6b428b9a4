import { type Dispatcher, type EmitResult, openDispatcher } from '../../../dispatcher/src/index.ts'
import { openRandom, type SeededRandom } from '../../kit/random.ts'
import type { SimClock } from '../../kit/sim-clock.ts'
import { SimDisk } from '../../kit/sim-disk.ts'
import { BrokenPromise } from '../broken-promise.ts'
import { type EmittedEvent, isWanted, type TargetRecord } from './emitted.ts'
import { Life } from './life.ts'
import { armStrike, calmDisk, changeDiskWeather } from './machine-weather.ts'
import type { Network } from './network.ts'
import { eventBytesMax } from './server-machine.ts'
import { readBalance } from './stats-balance.ts'
import { drawTarget, routingKeys, topics } from './target-plan.ts'

export const spoolDir = '/spool'

export interface NodeMachineOptions {
  readonly name: string
  readonly seed: number
  readonly hosts: readonly string[]
  readonly random: SeededRandom
  readonly clock: SimClock
  readonly network: Network
  /** Numbers of events, one row for all nodes. */
  takeId(): number
}

/** An application with a dispatcher. It also follows a log that it reads again from the start after each crash. */
export class NodeMachine {
  readonly disk: SimDisk
  readonly targets: readonly TargetRecord[]
  dispatcher: Dispatcher | undefined
  crashes = 0
  kills = 0
  readonly #options: NodeMachineOptions
  readonly #commitEveryMs: number
  readonly #textBytesMax: number
  readonly #log: EmittedEvent[] = []
  /** How far the log was emitted in this life. */
  #logEnd = 0
  /** Targets that had no room for the next event of the log; undefined when it was not emitted yet. */
  #only: readonly string[] | undefined
  /** Accepted in this life, and not asked whether they are on disk. */
  #inMemory: [TargetRecord, EmittedEvent][] = []
  #life = new Life()
  #balances = new Map<string, number>()

  constructor(options: NodeMachineOptions) {
    const { name, seed, hosts, random } = options
    this.#options = options
    this.disk = new SimDisk({ seed, latencyTurnsMax: 2 })
    this.#commitEveryMs = random.pick([0, 10, 500])
    this.#textBytesMax = random.pick([100, 100, 1_500])
    const names = random.chance(0.4) ? ['a', 'b'] : ['a']
    this.targets = names.map((target) => ({
      node: name,
      plan: drawTarget(`${target}-of-${name}`, hosts, random),
      accepted: new Set(),
      durable: new Set(),
      dropped: 0,
    }))
  }

  async start(): Promise<void> {
    const { name, random, clock, network } = this.#options
    const life = new Life()
    this.#life = life
    const dispatcher = await openDispatcher({
      instance: name,
      spoolDir,
      commitEveryMs: this.#commitEveryMs,
      targets: this.targets.map(({ plan }) => plan),
      onEvent: (event) => {
        if (event.kind !== 'dropped' || life.hasEnded) return
        this.targets.find(({ plan }) => plan.name === event.target)!.dropped += event.events
      },
      doors: {
        disk: this.disk.mount(),
        clock,
        random: openRandom(random.nextInteger(2 ** 32)),
        openHttp: ({ answerTimeoutMs }) => network.openDoor(life, answerTimeoutMs),
        lock: async () => ({ release: async () => {} }),
      },
    })
    if (life.hasEnded) return void dispatcher.close(0)
    this.dispatcher = dispatcher
    this.#logEnd = 0
    this.#only = undefined
    this.#inMemory = []
    this.#balances = readBalance(dispatcher)
  }

  /** The process ends, or the power goes. */
  strike(): void {
    this.#life.end()
    this.disk.onOperation = undefined
    if (this.#options.random.chance(0.5)) {
      this.crashes++
      this.disk.crash()
    } else {
      this.kills++
      this.disk.kill()
    }
    // What is left of the dead process reaches neither disk nor network; this ends its loops.
    void this.dispatcher?.close(0).catch(() => {})
    this.dispatcher = undefined
  }

  armStrike(): void {
    armStrike(this.disk, this.#options.random, () => this.strike())
  }

  changeWeather(): void {
    changeDiskWeather(this.disk, this.#options.random)
  }

  calm(): void {
    calmDisk(this.disk)
    this.disk.onOperation = undefined
  }

  async stop(withinMs: number): Promise<void> {
    const { dispatcher } = this
    this.dispatcher = undefined
    await dispatcher?.close(withinMs)
  }

  /** The application emits some events, and the log is followed a little further. */
  emitSome(dispatcher: Dispatcher): void {
    const { random } = this.#options
    for (let count = random.nextInteger(8); count > 0; count--) {
      const event = this.#makeEvent(undefined)
      this.#note(event, dispatcher.emit({ ...event, message: event.text }), undefined)
    }
    for (let count = random.nextInteger(5); count > 0; count--) {
      if (this.#logEnd === this.#log.length) this.#log.push(this.#makeEvent(this.#log.length))
      if (!this.#emitFromLog(dispatcher)) break
    }
    if (random.chance(0.5)) this.noteDurable(dispatcher)
  }

  /** True when the log was emitted to its end. */
  emitRestOfLog(dispatcher: Dispatcher): boolean {
    while (this.#logEnd < this.#log.length) if (!this.#emitFromLog(dispatcher)) return false
    return true
  }

  /** Emits an event that this target takes, at the end of a run: then there are no events without later ones. */
  emitLast(dispatcher: Dispatcher, { plan }: TargetRecord): boolean {
    const wanted = topics.flatMap((topic) => routingKeys.map((routingKey) => ({ topic, routingKey })))
    const labels = wanted.find(({ topic, routingKey }) => isWanted(plan, topic, routingKey))!
    const event = { ...this.#makeEvent(undefined), ...labels, text: '{"n":-1}', isPoisoned: false }
    return dispatcher.emit({ ...labels, message: event.text, only: [plan.name] }).outcome === 'accepted'
  }

  /** Notes, when it is so, that all events of this life so far are on disk. */
  noteDurable(dispatcher: Dispatcher): void {
    const life = this.#life
    const inMemory = this.#inMemory
    this.#inMemory = []
    const note = (): void => {
      if (life.hasEnded) return
      for (const [target, event] of inMemory) target.durable.add(event)
    }
    dispatcher.whenDurable().then(note, () => {})
  }

  /** The counts of every target add up, at any time. */
  checkStats(dispatcher: Dispatcher): void {
    const balances = readBalance(dispatcher)
    for (const [target, balance] of balances) {
      const atStart = this.#balances.get(target)
      if (balance === atStart) continue
      throw new BrokenPromise(`the counts of ${target} do not add up: ${balance} events more than ${atStart}`)
    }
  }

  /** False when a target had no room. */
  #emitFromLog(dispatcher: Dispatcher): boolean {
    const event = this.#log[this.#logEnd]!
    const place = { stream: 'log', offset: this.#logEnd }
    const result = dispatcher.emit({ ...event, message: event.text, place, only: this.#only })
    this.#note(event, result, this.#only)
    this.#only = result.outcome === 'full' ? result.targets : undefined
    if (this.#only !== undefined) return false
    this.#logEnd++
    return true
  }

  #note(event: EmittedEvent, result: EmitResult, only: readonly string[] | undefined): void {
    if (result.outcome === 'refused')
      throw new BrokenPromise(`event ${event.id} was refused: ${result.reason}`)
    const wanting = this.targets.filter(({ plan }) => isWanted(plan, event.topic, event.routingKey))
    if ((result.outcome === 'filtered') !== (wanting.length === 0)) {
      throw new BrokenPromise(
        `event ${event.id} is wanted by ${wanting.length} targets and was ${result.outcome}`,
      )
    }
    for (const target of wanting) {
      const { name } = target.plan
      if (only !== undefined && !only.includes(name)) continue
      if (result.outcome === 'full' && result.targets.includes(name)) continue
      target.accepted.add(event)
      this.#inMemory.push([target, event])
    }
  }

  #makeEvent(offset: number | undefined): EmittedEvent {
    const { random, takeId } = this.#options
    const isPoisoned = random.chance(0.03)
    const fill = isPoisoned ? eventBytesMax : random.nextInteger(this.#textBytesMax)
    const id = takeId()
    const text = `{"n": ${id},"big":123456789012345678901234567890,"text":"${'x'.repeat(fill)}"}`
    return { id, text, topic: random.pick(topics), routingKey: random.pick(routingKeys), offset, isPoisoned }
  }
}
