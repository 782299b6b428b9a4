import type { Clock, RandomSource } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import type { Connection } from '../connections/connection.ts'
import { ConnectionMeter, type ConnectionUsage } from '../connections/layers/meter.ts'
import { type ConnectionConfigs, openConnection } from '../connections/open-connection.ts'

/** What was done on each connection since the start of delivery. */
export type ConnectionUsages = Readonly<Record<string, readonly ConnectionUsage[]>>

export interface ConnectionPoolOptions {
  /** Names who writes. */
  readonly writer: string
  readonly clock: Clock
  readonly random: RandomSource
}

/** The configured connections, each opened at its first use and shared by all destinations. */
export class ConnectionPool {
  readonly #options: ConnectionPoolOptions
  #configs: ConnectionConfigs
  readonly #open = new Map<string, { readonly config: string; readonly connection: Connection }>()
  readonly #meters = new Map<string, ConnectionMeter>()

  constructor(configs: ConnectionConfigs, options: ConnectionPoolOptions) {
    this.#configs = configs
    this.#options = options
  }

  /** Connections that changed are opened anew at their next use. One that was taken out of the configuration is
   * kept until the process ends: destinations may still have to finish what is theirs. */
  change(configs: ConnectionConfigs): void {
    this.#configs = { ...this.#configs, ...configs }
  }

  /** @throws CONNECTION_UNKNOWN */
  open(name: string): Connection {
    const config = Object.hasOwn(this.#configs, name) ? this.#configs[name] : undefined
    if (config === undefined) {
      throw new HansardError(
        'CONNECTION_UNKNOWN',
        `The connection ${name} is not configured any more, and events wait for it. Put it back into the configuration.`,
        { facts: { connection: name } },
      )
    }
    const text = JSON.stringify(config)
    const known = this.#open.get(name)
    if (known?.config === text) return known.connection
    const meter = this.#meters.get(name) ?? new ConnectionMeter(this.#options.clock)
    this.#meters.set(name, meter)
    const connection = openConnection(config, { ...this.#options, meter })
    this.#open.set(name, { config: text, connection })
    return connection
  }

  readUsages(): ConnectionUsages {
    return Object.fromEntries([...this.#meters].map(([name, meter]) => [name, meter.usages]))
  }
}
