/** The scenarios of the bench. Each has a size to measure with, and a small one that shows it still works. */

export interface LoadScenario {
  readonly kind: 'load'
  readonly name: string
  readonly title: string
  readonly connections: number
  readonly eventsPerRequest: number
  readonly routingKeys: number
  readonly warmupMs: number
  readonly measuredMs: number
  readonly flushEvery: string
}

export interface RecoveryScenario {
  readonly kind: 'recovery'
  readonly name: string
  readonly title: string
  readonly events: number
}

export type Scenario = LoadScenario | RecoveryScenario

/** All scenarios. `isSmall`: a few seconds for all of them together. */
export function listScenarios(isSmall: boolean): Scenario[] {
  const load = {
    kind: 'load' as const,
    warmupMs: isSmall ? 200 : 5_000,
    measuredMs: isSmall ? 800 : 20_000,
    flushEvery: isSmall ? '500ms' : '5s',
  }
  const keys = isSmall ? 500 : 10_000
  return [
    {
      ...load,
      name: 'single',
      title: 'one event a request, 64 connections',
      connections: 64,
      eventsPerRequest: 1,
      routingKeys: 0,
    },
    {
      ...load,
      name: 'batch',
      title: 'NDJSON batches of 1,000 events, 8 connections',
      connections: 8,
      eventsPerRequest: 1_000,
      routingKeys: 0,
    },
    {
      ...load,
      name: 'keys',
      title: `batches of 1,000 wrapped events over ${keys.toLocaleString('en-US')} routing keys, 8 connections`,
      connections: 8,
      eventsPerRequest: 1_000,
      routingKeys: keys,
    },
    {
      kind: 'recovery',
      name: 'recovery',
      title: 'start after a kill, all events still in the journal',
      events: isSmall ? 20_000 : 10_000_000,
    },
  ]
}
