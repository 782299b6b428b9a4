import { HansardError } from 'hansard-protocol'
import type { Connection } from '../connections/connection.ts'
import { type ConnectionConfigs, openConnection } from '../connections/open-connection.ts'

/** The configured connections, each opened at its first use and shared by all destinations. */
export class ConnectionPool {
  readonly #writer: string
  #configs: ConnectionConfigs
  #open = new Map<string, { readonly config: string; readonly connection: Promise<Connection> }>()

  constructor(configs: ConnectionConfigs, writer: string) {
    this.#configs = configs
    this.#writer = writer
  }

  /** Connections that changed are opened anew at their next use. One that was taken out of the configuration is
   * kept until the process ends: destinations may still have to finish what is theirs. */
  change(configs: ConnectionConfigs): void {
    this.#configs = { ...this.#configs, ...configs }
  }

  /** @throws CONNECTION_UNKNOWN */
  async open(name: string): Promise<Connection> {
    const config = this.#configs[name]
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
    const connection = openConnection(config, this.#writer)
    this.#open.set(name, { config: text, connection })
    return connection
  }
}
