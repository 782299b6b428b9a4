/**
 * Imaginary audit events of a data-science platform, in the shapes, words and proportions of real ones.
 *
 * 1. The same options give the same events: all chance comes from the seed, all time from the start.
 * 2. What begins, ends: jobs and compute usages keep their ids, and their counters only grow.
 * 3. Compute usage and the generic topic dominate, as they do on real nodes; about half a kilobyte an event.
 */
import { openApiCallEvents } from './api-call-events.ts'
import { openAuthfailEvents } from './authfail-events.ts'
import { openBrowseEvents } from './browse-events.ts'
import { openComputeUsageEvents } from './compute-usage-events.ts'
import { openDatasetEvents } from './dataset-events.ts'
import { type DemoEvent, type DemoNode, demoNodes, type EventFamily } from './demo-event.ts'
import { openFailureEvents } from './failure-events.ts'
import { openJobEvents } from './job-events.ts'
import { openKubernetesEvents } from './kubernetes-events.ts'
import { openLlmEvents } from './llm-events.ts'
import { openPredictionEvents } from './prediction-events.ts'
import { openSeededRandom, type SeededRandom } from './seeded-random.ts'
import { openSessionEvents } from './session-events.ts'

/** Opens a family of events on a stream of chance. */
type FamilyOpener = (random: SeededRandom) => EventFamily

/** How often a node emits each family, in events of a hundred. */
const mixes: Readonly<Record<DemoNode, readonly (readonly [number, FamilyOpener])[]>> = {
  design: [
    [9, openSessionEvents],
    [26, openBrowseEvents],
    [14, openDatasetEvents],
    [8, openJobEvents],
    [3, openAuthfailEvents],
    [2, openFailureEvents],
    [27, openComputeUsageEvents],
    [1, openKubernetesEvents],
    [6, openApiCallEvents],
    [4, openLlmEvents],
  ],
  automation: [
    [2, openSessionEvents],
    [8, openDatasetEvents],
    [22, openJobEvents],
    [1, openAuthfailEvents],
    [3, openFailureEvents],
    [47, openComputeUsageEvents],
    [1, openKubernetesEvents],
    [12, openApiCallEvents],
    [4, openLlmEvents],
  ],
  api: [
    [84, openPredictionEvents],
    [4, openAuthfailEvents],
    [1, openFailureEvents],
    [6, openComputeUsageEvents],
    [5, openApiCallEvents],
  ],
}

/** Which part of all events each node emits; the sum is 1. */
export const demoNodeShares: Readonly<Record<DemoNode, number>> = { design: 0.5, automation: 0.3, api: 0.2 }

export interface DemoEventOptions {
  readonly seed: number
  /** Time of the first event, milliseconds since 1970. */
  readonly startAt: number
  /** How fast imaginary time passes: events in one second of it. */
  readonly eventsPerSecond: number
}

/** An endless stream of events. */
export interface DemoEventStream {
  next(): DemoEvent
}

/** Opens the events of one node. */
export function openNodeEvents(node: DemoNode, options: DemoEventOptions): DemoEventStream {
  const random = openSeededRandom(options.seed, node)
  const families = mixes[node].map(
    ([weight, openFamily]) =>
      [weight, openFamily(openSeededRandom(options.seed, `${node}/${openFamily.name}`))] as const,
  )
  const gapMs = 1000 / options.eventsPerSecond
  let at = options.startAt
  return {
    next: () => {
      const { topic, routingKey, message } = random.pickWeighted(families).next(Math.floor(at))
      at += gapMs
      return { node, topic, routingKey, event: JSON.stringify(message) }
    },
  }
}

/** Opens the events of all nodes, mixed. */
export function openDemoEvents(options: DemoEventOptions): DemoEventStream {
  const random = openSeededRandom(options.seed, 'nodes')
  const streams = demoNodes.map((node) => {
    const share = demoNodeShares[node]
    return [
      share,
      openNodeEvents(node, { ...options, eventsPerSecond: options.eventsPerSecond * share }),
    ] as const
  })
  return { next: () => random.pickWeighted(streams).next() }
}
