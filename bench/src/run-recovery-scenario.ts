import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readProcessUsage } from './process-usage.ts'
import type { RecoveryScenario } from './scenario.ts'
import { makeScenarioReport, roundFigures, type ScenarioReport } from './scenario-report.ts'
import { startBenchServer } from './server-process.ts'
import { spawnLoad } from './spawn-load.ts'

const hourMs = 3_600_000

/** No destination, so that the journal keeps every event; room for the largest run. */
const configText = 'journal:\n  diskBytesMax: 64GiB\n  freeBytesMin: 64MiB\ndestinations: {}\n'

/** Fills a journal, kills the server, and measures how long the next start takes until it is ready. */
export async function runRecoveryScenario(
  scenario: RecoveryScenario,
  folder: string,
): Promise<ScenarioReport> {
  const config = `${folder}/hansard.yaml`
  await writeFile(config, configText)
  const args = ['--config', config]
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
  const journalBytes = await sumFiles(`${folder}/data/journal`)
  const second = await startBenchServer({ folder, args })
  try {
    const { cpuSeconds, peakRssBytes } = readProcessUsage(second.pid)
    const figures = {
      readySeconds: second.readySeconds,
      emptyReadySeconds: first.readySeconds,
      readySecondsPerMillion: second.readySeconds / (load.acceptedEvents / 1e6),
      cpuSeconds,
      peakRssMegabytes: peakRssBytes === null ? null : peakRssBytes / 1e6,
      journalMegabytes: journalBytes / 1e6,
    }
    const counts = { sent: scenario.events, accepted: load.acceptedEvents }
    return makeScenarioReport(scenario, roundFigures(figures), counts, load.refusals)
  } finally {
    await second.stop('SIGKILL')
  }
}

async function sumFiles(root: string): Promise<number> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
