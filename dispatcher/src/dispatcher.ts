import { HansardError } from 'hansard-protocol'
import { whenAborted } from './bell.ts'
import { checkOptions, type NamedTarget } from './check-options.ts'
import { openNodeDoors } from './doors.ts'
import { hasNote } from './event-server/spool-note.ts'
import type { EmitRequest, EmitResult } from './events.ts'
import { makeMessageLine } from './message-line.ts'
import { guardObserver } from './observer.ts'
import type { DispatcherOptions } from './options.ts'
import { RouteTable, type Slot } from './route-table.ts'
import type { SpoolLock } from './spool/lock-spool.ts'
import type { DispatcherStats } from './stats.ts'
import { openEventServerTarget } from './targets/event-server.ts'
import { openFileTarget } from './targets/file.ts'
import type { Target, TargetSettings } from './targets/target.ts'

/**
 * Takes audit events in an application and brings them to targets.
 *
 *   emit ──> match ──> target: event-server ──> spool ──> HTTP
 *                      target: file ──> log file
 *
 * 1. `emit` never waits and never throws. What it says is final: `accepted` is not taken back.
 * 2. Each target goes its own way: one that is down or full stops no other.
 * 3. An event in a spool is sent until a receipt says that the server has it on disk. It is stored once.
 * 4. Nothing is dropped in silence: the counts of each target add up.
 *
 * What may be lost: events that are accepted and not yet on disk when the process dies, at most those of the last
 * `commitEveryMs` and one write. Who cannot live with that uses `emitDurable`.
 */
export interface Dispatcher {
  /** Takes an event into memory, for all targets that want it. */
  emit(request: EmitRequest): EmitResult
  /** The same, and resolves when the targets that took the event have it on disk. JOURNAL_CLOSED */
  emitDurable(request: EmitRequest): Promise<EmitResult>
  /** Resolves when all that was emitted so far is on disk. JOURNAL_CLOSED */
  whenDurable(): Promise<void>
  /** Waits until all that was emitted so far has arrived, at most `withinMs`. */
  flush(withinMs: number): Promise<FlushReport>
  /**
   * Takes no more, then does the same, and closes. What has not arrived stays on disk for the next start. When the
   * disk refuses, events in memory are lost: `dropped` is told. The same again gives the first promise.
   */
  close(withinMs: number): Promise<FlushReport>
  stats(): DispatcherStats
}

export interface FlushReport {
  /** True if everything has arrived. */
  readonly isComplete: boolean
  /** Events that have not arrived, by target; those that have none are left out. */
  readonly waiting: Readonly<Record<string, number>>
}

/**
 * Opens the targets and goes on with what an earlier process left.
 * @throws CONFIG_INVALID, DATA_DIR_IN_USE, SECRET_UNREADABLE, JOURNAL_DAMAGED and errors of the disk
 */
export async function openDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const named = checkOptions(options)
  const doors = { ...openNodeDoors(), ...options.doors }
  const observe = guardObserver(options.onEvent)
  const spoolDir = options.spoolDir.replace(/(?<=.)\/+$/, '')
  await doors.disk.makeFolder(spoolDir)
  const lock = await doors.lock(spoolDir)
  const targets: Target[] = []
  try {
    for (const target of named) {
      const settings: TargetSettings = {
        name: target.name,
        instance: options.instance ?? '',
        folder: `${spoolDir}/${target.name}`,
        commitEveryMs: options.commitEveryMs ?? 10,
        doors,
        observe,
      }
      targets.push(await openTarget(target, settings))
    }
    for (const { name, isFolder } of await doors.disk.listFolder(spoolDir)) {
      const folder = `${spoolDir}/${name}`
      const isOurs = targets.some((target) => target.name === name)
      if (isFolder && !isOurs && (await hasNote(doors.disk, folder))) observe({ kind: 'orphan', folder })
    }
  } catch (error) {
    await Promise.all(targets.map((target) => target.close(AbortSignal.abort())))
    await lock.release()
    throw error
  }
  return makeDispatcher(targets, lock, doors.clock, observe)
}

function openTarget(target: NamedTarget, settings: TargetSettings): Target | Promise<Target> {
  return target.type === 'file' ? openFileTarget(target, settings) : openEventServerTarget(target, settings)
}

/** Timers take no longer ones. */
const sleepMsMax = 2 ** 31 - 1

const accepted: EmitResult = { outcome: 'accepted' }
const filtered: EmitResult = { outcome: 'filtered' }
const closed: EmitResult = { outcome: 'refused', code: 'JOURNAL_CLOSED', reason: 'The dispatcher is closed.' }

function makeDispatcher(
  targets: readonly Target[],
  lock: SpoolLock,
  clock: { sleep(ms: number, signal?: AbortSignal): Promise<void> },
  observe: ReturnType<typeof guardObserver>,
): Dispatcher {
  const slots: Slot[] = targets.map((target) => ({ target, wanted: 0, isFull: false }))
  const routes = new RouteTable(slots)
  const counts = { emitted: 0, filtered: 0, refused: 0 }
  let closing: Promise<FlushReport> | undefined

  function emit(request: EmitRequest): EmitResult {
    try {
      counts.emitted++
      if (closing !== undefined) {
        counts.refused++
        return closed
      }
      return dispatch(request)
    } catch (error) {
      counts.refused++
      const isOurs = error instanceof HansardError
      const reason = error instanceof Error ? error.message : String(error)
      return { outcome: 'refused', code: isOurs ? error.code : 'EVENT_INVALID', reason }
    }
  }

  function dispatch({ topic, routingKey = null, message, context, place, only }: EmitRequest): EmitResult {
    const wanting = routes.find(topic, routingKey)
    if (wanting.length === 0) {
      counts.filtered++
      return filtered
    }
    const event = { topic, routingKey, line: makeMessageLine(message), context, place }
    let full: string[] | undefined
    for (const slot of wanting) {
      slot.wanted++
      const { target } = slot
      if (only !== undefined && !only.includes(target.name)) continue
      if (target.offer(event) === 'full') {
        full ??= []
        full.push(target.name)
        if (!slot.isFull) observe({ kind: 'full', target: target.name })
        slot.isFull = true
      } else slot.isFull = false
    }
    return full === undefined ? accepted : { outcome: 'full', targets: full }
  }

  async function whenDurable(): Promise<void> {
    await Promise.all(targets.map((target) => target.whenDurable()))
  }

  /** Does `work`, which ends soon after its deadline. */
  async function within(ms: number, work: (deadline: AbortSignal) => Promise<unknown>): Promise<FlushReport> {
    const deadline = new AbortController()
    const done = new AbortController()
    const timer = clock.sleep(Math.min(ms, sleepMsMax), done.signal).then(() => deadline.abort())
    await work(deadline.signal)
    done.abort()
    await timer
    return report()
  }

  function report(): FlushReport {
    const waiting: Record<string, number> = {}
    for (const target of targets) {
      const stats = target.readStats()
      const count = stats.inMemory + (stats.type === 'event-server' ? stats.spooled : 0)
      if (count > 0) waiting[target.name] = count
    }
    return { isComplete: Object.keys(waiting).length === 0, waiting }
  }

  async function close(withinMs: number): Promise<FlushReport> {
    const result = await within(withinMs, (deadline) =>
      Promise.all(targets.map((target) => target.close(deadline))),
    )
    await lock.release()
    return result
  }

  return {
    emit,
    async emitDurable(request) {
      const result = emit(request)
      if (result.outcome === 'accepted' || result.outcome === 'full') await whenDurable()
      return result
    },
    whenDurable,
    flush: (withinMs) =>
      closing ??
      within(withinMs, (deadline) => {
        // A target that is closed meanwhile says so by what it leaves waiting.
        const arrivals = targets.map((target) => target.whenArrived().catch(() => {}))
        return Promise.race([Promise.all(arrivals), whenAborted(deadline)])
      }),
    close: (withinMs) => {
      closing ??= close(withinMs)
      return closing
    },
    stats: () => ({
      ...counts,
      targets: Object.fromEntries(
        slots.map(({ target, wanted }) => [
          target.name,
          { ...target.readStats(), filtered: counts.emitted - counts.refused - wanted },
        ]),
      ),
    }),
  }
}
