import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Health } from '../../server/src/observe/health.ts'
import { type ServerProcess, startServer, type TestScope } from '../kit/server-process.ts'
import { lastFirst } from './last-first.ts'
import { openPoster, type Poster } from './poster.ts'
import { waitFor } from './wait-for.ts'

/** A configuration as it stands in the file; JSON is YAML too. */
export type ConfigFile = Readonly<Record<string, unknown>>

/** A real server with a configuration file, and what a test asks of it. */
export interface ConfiguredServer {
  readonly server: ServerProcess
  readonly poster: Poster
  /** Folder of the configuration file; relative paths in it start here. */
  readonly home: string
  /** Replaces the configuration file; the server is not told. */
  configure(config: ConfigFile): Promise<void>
  /** Tells the server to read the file again; resolves when it has said what became of it. */
  reload(): Promise<void>
  readHealth(): Promise<{ readonly status: number; readonly health: Health }>
  /** Waits until no destination has anything left to do, or all but the ones named here. */
  waitUntilDelivered(except?: readonly string[]): Promise<Health>
}

export async function startConfigured(scope: TestScope, config: ConfigFile): Promise<ConfiguredServer> {
  const cleanUps = lastFirst(scope)
  const home = await mkdtemp(join(tmpdir(), 'hansard-configured-'))
  cleanUps.after(() => rm(home, { recursive: true, force: true }))
  const file = join(home, 'hansard.yaml')
  const configure = (config: ConfigFile): Promise<void> => writeFile(file, JSON.stringify(config))
  await configure(config)
  const server = await startServer(cleanUps, { dataDir: join(home, 'data'), args: ['--config', file] })
  const poster = openPoster(server.url)
  cleanUps.after(async () => poster.close())

  const readHealth = async (): Promise<{ status: number; health: Health }> => {
    const response = await fetch(`${server.adminUrl}/health`)
    return { status: response.status, health: (await response.json()) as Health }
  }
  const countReloads = (): number =>
    server.stdout.match(/configuration (was read again|stays as it was)/g)?.length ?? 0
  return {
    ...{ server, poster, home, configure, readHealth },
    async reload() {
      const before = countReloads()
      process.kill(server.pid!, 'SIGHUP')
      await waitFor('the configuration is read again', () => countReloads() > before)
    },
    async waitUntilDelivered(except = []) {
      let seen: Health | undefined
      const isDelivered = async (): Promise<boolean> => {
        seen = (await readHealth()).health
        const busy = seen.destinations.filter(({ name, pending }) => pending > 0 && !except.includes(name))
        return busy.length === 0 && seen.destinations.length > 0
      }
      await waitFor('all is delivered', isDelivered).catch((cause) => {
        throw new Error(`not delivered: ${JSON.stringify(seen)}\n${server.stdout}`, { cause })
      })
      return seen!
    },
  }
}
