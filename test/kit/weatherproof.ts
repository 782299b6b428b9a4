import { type Clock, systemClock } from 'hansard-journal'
import type { Connection } from '../../server/src/connections/connection.ts'
import { withBudget } from '../../server/src/connections/layers/budget.ts'
import { ConnectionMeter } from '../../server/src/connections/layers/meter.ts'
import { withRetry } from '../../server/src/connections/layers/retry.ts'
import { withTimeout } from '../../server/src/connections/layers/timeout.ts'
import { openRandom } from './random.ts'

/** The connection behind all layers, as the server has it, with a short timeout. */
export function makeWeatherproof(connection: Connection, clock: Clock, timeoutMs: number): Connection {
  const meter = new ConnectionMeter(clock)
  return withRetry(withBudget(meter.watch(withTimeout(connection, timeoutMs, clock))), clock, openRandom(1))
}

/**
 * A clock for real stores in bad weather, on which every wait is a tenth as long: timeouts are meant for slower
 * networks than that of a test.
 */
export const hastyClock: Clock = {
  readNow: () => systemClock.readNow(),
  sleep: (ms, signal) => systemClock.sleep(ms / 10, signal),
}
