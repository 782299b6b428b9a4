import type { Clock, RandomSource } from 'hansard-journal'
import { makeEventsPath, wrapEvent } from '../sender/event-address.ts'
import { openHttpPoster } from '../sender/http-poster.ts'
import { postBatch } from '../sender/post-batch.ts'
import { type DemoEvent, type DemoNode, demoNodes } from './demo-event.ts'
import type { DemoTally } from './demo-tally.ts'
import { demoNodeShares, openNodeEvents } from './open-demo-events.ts'

const batchEventsMax = 500
/** Between two looks at the clock; a node posts what fell due in that time. */
const tickMs = 50
const timeoutMs = 15_000

export interface DemoOptions {
  readonly url: URL
  /** For every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Events in a second, of all nodes together. */
  readonly rate: number
  readonly seconds: number
  readonly seed: number
  /** How long one batch is repeated before the demo gives up. */
  readonly giveUpAfterMs: number
}

export interface DemoDoors {
  readonly clock: Clock
  readonly random: RandomSource
}

export interface DemoEnd {
  /** Id under which each node sent. */
  readonly sources: Readonly<Record<DemoNode, string>>
  /** Why a node stopped early; the server refused its events or did not answer. */
  readonly faults: readonly { readonly node: DemoNode; readonly refused: boolean; readonly reason: string }[]
}

/**
 * Lets three imaginary nodes send `rate * seconds` events, each over its own connection and under its own id.
 * A node keeps a batch until it is acknowledged and repeats it with the same sequence, so a server that dies
 * in between gets every event once. What falls due meanwhile is made later: memory does not grow.
 * @param stop makes no more events; those under way are still sent
 * @param abandon gives up those too
 */
export async function runDemo(
  options: DemoOptions,
  tally: DemoTally,
  doors: DemoDoors,
  stop: AbortSignal,
  abandon: AbortSignal,
): Promise<DemoEnd> {
  const startAt = doors.clock.readNow()
  const run = Buffer.from(doors.random.readBytes(6)).toString('hex')
  const counts = shareEvents(Math.round(options.rate * options.seconds))
  const faults: { node: DemoNode; refused: boolean; reason: string }[] = []
  const sources: Record<DemoNode, string> = { design: '', automation: '', api: '' }
  const runNode = async (node: DemoNode): Promise<void> => {
    const source = `demo-${node}-${run}`
    sources[node] = source
    const eventsPerSecond = options.rate * demoNodeShares[node]
    const stream = openNodeEvents(node, { seed: options.seed, startAt, eventsPerSecond })
    const poster = openHttpPoster({ ...options, timeoutMs })
    const postOptions = {
      ...doors,
      giveUpAfterMs: options.giveUpAfterMs,
      signal: abandon,
      onTrouble: ({ reason }: { reason: string }) => tally.noteTrouble(reason),
    }
    try {
      for (let sent = 0; sent < counts[node] && !stop.aborted; ) {
        const elapsedMs = doors.clock.readNow() - startAt + tickMs
        const due = Math.min(counts[node], Math.floor((elapsedMs * eventsPerSecond) / 1000)) - sent
        if (due <= 0) {
          await doors.clock.sleep(tickMs, stop)
          continue
        }
        const events = Array.from({ length: Math.min(due, batchEventsMax) }, () => stream.next())
        tally.noteSent(events)
        const outcome = await postBatch(poster, { ...makeBody(events), source, sequence: sent }, postOptions)
        if (outcome.kind !== 'accepted') {
          faults.push({ node, refused: outcome.kind === 'refused', reason: outcome.reason })
          return
        }
        sent += events.length
        tally.noteAcknowledged(events, outcome.duplicates)
      }
    } finally {
      poster.close()
    }
  }
  await Promise.all(demoNodes.map(runNode))
  return { sources, faults }
}

/** Splits a number of events by the shares of the nodes; the sum stays exact. */
function shareEvents(total: number): Record<DemoNode, number> {
  const automation = Math.round(total * demoNodeShares.automation)
  const api = Math.min(total - automation, Math.round(total * demoNodeShares.api))
  return { design: total - automation - api, automation, api }
}

function makeBody(events: readonly DemoEvent[]): { path: string; events: number; body: Uint8Array } {
  const lines = events.map(({ topic, routingKey, event }) => `${wrapEvent(topic, routingKey, event)}\n`)
  return { path: makeEventsPath(), events: events.length, body: Buffer.from(lines.join('')) }
}
