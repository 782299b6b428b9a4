import { matchesRoutingKey, matchesTopic } from 'hansard-protocol'
import type { TargetPlan } from './target-plan.ts'

/** What the oracle knows of one event. */
export interface EmittedEvent {
  readonly id: number
  readonly text: string
  readonly topic: string
  readonly routingKey: string | null
  /** Where it stands in the log that its node follows; undefined for an event of the application itself. */
  readonly offset: number | undefined
  /** The server will never take it. */
  readonly isPoisoned: boolean
}

/** What the oracle knows of the events of one target. */
export interface TargetRecord {
  readonly node: string
  readonly plan: TargetPlan
  readonly accepted: Set<EmittedEvent>
  readonly durable: Set<EmittedEvent>
  /** Events that it told to have given up. */
  dropped: number
}

export function isWanted(
  { topics, routingKeys }: TargetPlan,
  topic: string,
  routingKey: string | null,
): boolean {
  return matchesTopic(topics, topic) && matchesRoutingKey(routingKeys, routingKey)
}
