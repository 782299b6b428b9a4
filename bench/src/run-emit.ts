import { createHistogram } from 'node:perf_hooks'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { type Dispatcher, openDispatcher } from 'hansard-dispatcher'
import { makeBenchEvent, openBenchRandom } from './bench-event.ts'
import type { EmitPlan, EmitResult } from './emit-plan.ts'

const distinctEvents = 16_384
/** Calls between two turns of the event loop: about a millisecond of an application that does nothing else. */
const callsPerTurn = 256
/** An application that found the target full comes back so much later. */
const restMs = 5
const arrivedWithinMs = 600_000

/** Emits objects as fast as the dispatcher takes them, and measures each call. */
export async function runEmit(plan: EmitPlan): Promise<EmitResult> {
  const random = openBenchRandom(1)
  const texts = Array.from({ length: distinctEvents }, () => makeBenchEvent(random))
  const messages = texts.map((text) => JSON.parse(text) as object)
  const dispatcher = await openDispatcher({
    instance: 'bench',
    spoolDir: plan.spoolDir,
    targets: [plan.target],
  })
  const cpuBefore = process.cpuUsage()
  const warmup = createHistogram()
  await emitAll(dispatcher, messages, plan.warmupEvents, warmup)
  await dispatcher.flush(arrivedWithinMs)

  const histogram = createHistogram()
  const startAt = performance.now()
  const full = await emitAll(dispatcher, messages, plan.events, histogram)
  const emittedAt = performance.now()
  await dispatcher.close(arrivedWithinMs)
  const arrivedAt = performance.now()
  const cpu = process.cpuUsage(cpuBefore)
  const [stats] = Object.values(dispatcher.stats().targets)
  const isFile = stats!.type === 'file'
  return {
    accepted: stats!.accepted,
    full,
    arrived: isFile ? stats!.written : stats!.acknowledged,
    emitMeanMicros: histogram.mean / 1e3,
    emitP50Micros: histogram.percentile(50) / 1e3,
    emitP99Micros: histogram.percentile(99) / 1e3,
    emitMaxMicros: histogram.max / 1e3,
    emitSeconds: (emittedAt - startAt) / 1e3,
    arrivedSeconds: (arrivedAt - startAt) / 1e3,
    sentBytes: isFile ? stats!.writtenBytes : stats!.sentBytes,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    eventBytes: texts.reduce((sum, text) => sum + text.length, 0) / texts.length,
  }
}

/** Emits `events` events, each until it is accepted, and notes the nanoseconds of each call that took one. */
async function emitAll(
  dispatcher: Dispatcher,
  messages: readonly object[],
  events: number,
  histogram: { record(nanos: number): void },
): Promise<number> {
  let full = 0
  for (let emitted = 0; emitted < events; ) {
    let isFull = false
    for (let call = 0; call < callsPerTurn && emitted < events && !isFull; call++) {
      const request = { topic: 'generic', message: messages[emitted % messages.length]! }
      const startAt = performance.now()
      const result = dispatcher.emit(request)
      const nanos = (performance.now() - startAt) * 1e6
      if (result.outcome === 'accepted') {
        histogram.record(Math.max(1, Math.round(nanos)))
        emitted++
      } else if (result.outcome === 'full') isFull = true
      else throw new Error(`An event was not accepted: ${JSON.stringify(result)}`)
    }
    if (isFull) full++
    await (isFull ? sleep(restMs) : nextTurn())
  }
  return full
}
