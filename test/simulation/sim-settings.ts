import type { DestinationSettings } from '../../server/src/config/destination-settings.ts'
import type { SeededRandom } from '../kit/random.ts'

/** Every destination that a run may have; its path is its name. */
export const destinationNames = ['all', 'some']

const base = {
  connection: 'store',
  noRoutingKeyFolder: '_none',
  letterCase: 'mark',
  topics: 'all',
  routingKeys: 'all',
} as const

/** Draws the destinations of a configuration: usually both, with other filters, layouts and rules each time. */
export function drawDestinations(random: SeededRandom): DestinationSettings[] {
  const all: DestinationSettings = {
    ...base,
    name: 'all',
    path: 'all',
    layout: random.pick(['/{topic}/{routingKey}/{yyyy}/{MM}/{dd}/{HH}', '/{yyyy}-{MM}-{dd}/{topic}', '/']),
    timeZone: random.pick(['UTC', 'Europe/Paris', 'Asia/Kolkata']),
    envelopeFields: random.pick([[], ['topic', 'routingKey'], ['node', 'eventId']]),
    flush: {
      everyMs: random.pick([500, 1_000, 5_000]),
      maxBytes: random.pick([3_000, 1_000_000]),
      partMaxBytes: 1_000_000,
    },
    compression: { kind: 'gzip', level: 1 },
  }
  const some: DestinationSettings = {
    ...base,
    name: 'some',
    path: 'some',
    topics: random.pick([['authfail'], ['a*']]),
    routingKeys: random.pick(['all', ['*-1', null], [null]]),
    layout: '/{topic}/{HH}/{mm}',
    timeZone: 'UTC',
    envelopeFields: [],
    flush: {
      everyMs: random.pick([1_000, 60_000]),
      maxBytes: 1_000_000,
      partMaxBytes: random.pick([500, 1_000_000]),
    },
    compression: random.pick([{ kind: 'none' }, { kind: 'zstd', level: 3 }]),
  }
  return random.chance(0.85) ? [all, some] : [all]
}
