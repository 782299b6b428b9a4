import type { RoutingKeyFilter, TopicFilter } from 'hansard-protocol'
import type { EventServerOptions, RoutingKeyMode, SpoolLimits } from '../../../dispatcher/src/index.ts'
import type { SeededRandom } from '../../kit/random.ts'

export const topics = ['generic', 'authfail', 'apinode-query'] as const
export const routingKeys = [null, 'churn-1', 'Churn-1'] as const

/** A target as it stays for a whole run. */
export interface TargetPlan extends EventServerOptions {
  readonly name: string
  readonly topics: TopicFilter
  readonly routingKeys: RoutingKeyFilter
  readonly routingKeyMode: RoutingKeyMode
  readonly spool: SpoolLimits
}

/** @param name also the member of each event that tells which target brought it */
export function drawTarget(name: string, hosts: readonly string[], random: SeededRandom): TargetPlan {
  const urls = hosts.map((host) => `http://${host}`)
  const url = random.pick([urls, urls.toReversed(), urls.slice(0, 1), urls.slice(-1)])
  return {
    type: 'event-server',
    name,
    url,
    topics: random.pick(['all', 'all', ['a*'], ['generic', 'authfail']]),
    routingKeys: random.pick(['all', 'all', ['*-1'], [null, 'churn-1']]),
    routingKeyMode: random.pick(['fromMessage', 'fromMessage', 'instance', { fixed: 'Fixed' }]),
    instanceField: name,
    compression: 'identity',
    spool: {
      bytesMax: random.pick([3_000, 20_000, 1_000_000]),
      memoryBytesMax: random.pick([3_000, 1_000_000]),
      freeBytesMin: random.pick([1, 1_000]),
      whenFull: random.chance(0.2) ? 'dropOldest' : 'refuseNewest',
    },
    batch: {
      bytesMax: random.pick([300, 5_000, 1_000_000]),
      eventsMax: random.pick([3, 20, 5_000]),
      waitMs: random.pick([0, 10, 1_000]),
    },
    failoverAfter: random.pick([1, 3]),
    // Exactly once, also with several servers: what one may have stored never goes to another one.
    uncertainForMs: Number.POSITIVE_INFINITY,
    returnAfterMs: random.pick([1_000, 60_000]),
  }
}
