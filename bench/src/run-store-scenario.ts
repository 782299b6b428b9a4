import { writeFile } from 'node:fs/promises'
import { startAzurite } from '../../test/kit/stores/azurite.ts'
import {
  type ConnectionOptions,
  makeAzureOptions,
  makeGcsOptions,
  makeS3Options,
} from '../../test/kit/stores/connection-options.ts'
import { startFakeGcsServer } from '../../test/kit/stores/fake-gcs-server.ts'
import type { Store } from '../../test/kit/stores/store.ts'
import { startVersitygw } from '../../test/kit/stores/versitygw.ts'
import { readProcessUsage } from './process-usage.ts'
import type { StoreKindName, StoreScenario } from './scenario.ts'
import { makeScenarioReport, roundFigures, type ScenarioReport } from './scenario-report.ts'
import { startBenchServer } from './server-process.ts'
import { spawnLoad } from './spawn-load.ts'
import { waitUntilDelivered } from './wait-until-delivered.ts'
import { benchTopics } from './write-server-config.ts'

const hourMs = 3_600_000
const bucket = 'bench'

/**
 * Fills a journal while there is no destination; then starts the server with one and measures how fast what waited
 * gets into the store. The store shares the machine: its figure tells both, beside that of the file system.
 */
export async function runStoreScenario(scenario: StoreScenario, folder: string): Promise<ScenarioReport> {
  const config = `${folder}/hansard.yaml`
  const args = ['--config', config]
  await writeFile(config, makeConfig({ destinations: {} }))
  const first = await startBenchServer({ folder, args })
  const load = await spawnLoad({
    port: first.port,
    connections: 4,
    eventsPerRequest: 1_000,
    routingKeys: 0,
    warmupMs: 0,
    measuredMs: hourMs,
    eventsMax: scenario.events,
  }).finally(() => first.stop('SIGKILL'))

  const { store, options } = await openStore(scenario.store, `${folder}/events`)
  try {
    const destinations = {
      everything: {
        connection: 'store',
        topics: benchTopics,
        flush: { every: '1s', partMaxBytes: '16MiB' },
      },
    }
    await writeFile(config, makeConfig({ connections: { store: options }, destinations }))
    const second = await startBenchServer({ folder, args })
    try {
      const seconds = await waitUntilDelivered(second, scenario.events)
      const { parts, partBytes, delivered } = await second.readCounts()
      const { cpuSeconds, peakRssBytes } = readProcessUsage(second.pid)
      const figures = {
        deliveredPerSecond: delivered / seconds,
        eventMegabytesPerSecond: (delivered * load.eventBytes) / 1e6 / seconds,
        storedMegabytesPerSecond: partBytes / 1e6 / seconds,
        seconds,
        files: parts,
        serverCpuSecondsPerMillion: cpuSeconds === null ? null : cpuSeconds / (delivered / 1e6),
        peakRssMegabytes: peakRssBytes === null ? null : peakRssBytes / 1e6,
      }
      const counts = { sent: scenario.events, accepted: load.acceptedEvents, deliveredMetric: delivered }
      return makeScenarioReport(scenario, roundFigures(figures), counts, load.refusals)
    } finally {
      await second.stop('SIGKILL')
    }
  } finally {
    await store?.stop()
  }
}

async function openStore(
  kind: StoreKindName,
  folder: string,
): Promise<{ store: Store | undefined; options: ConnectionOptions }> {
  if (kind === 'filesystem') return { store: undefined, options: { type: 'filesystem', root: folder } }
  if (kind === 's3') return makeBucket(await startVersitygw(), makeS3Options)
  if (kind === 'azure-blob') return makeBucket(await startAzurite(), makeAzureOptions)
  return makeBucket(await startFakeGcsServer(), makeGcsOptions)
}

async function makeBucket<Started extends Store>(
  store: Started,
  makeOptions: (store: Started, bucket: string) => ConnectionOptions,
): Promise<{ store: Store; options: ConnectionOptions }> {
  await store.createBucket(bucket)
  return { store, options: makeOptions(store, bucket) }
}

/** JSON is YAML too. */
function makeConfig(settings: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...settings, journal: { diskBytesMax: '64GiB', freeBytesMin: '64MiB' } })
}
