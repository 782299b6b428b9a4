import { countDelivered, countLines } from './count-delivered.ts'
import type { EmitPlan, EmitResult } from './emit-plan.ts'
import { readProcessUsage } from './process-usage.ts'
import type { EmitScenario } from './scenario.ts'
import { type Figures, makeScenarioReport, roundFigures, type ScenarioReport } from './scenario-report.ts'
import { startBenchServer } from './server-process.ts'
import { spawnWorker } from './spawn-worker.ts'
import { waitUntilDelivered } from './wait-until-delivered.ts'
import { writeServerConfig } from './write-server-config.ts'

const emitProcess = new URL('./emit-process.ts', import.meta.url)

/** Measures `emit` in a process of its own, which sends to a server beside it or writes a local log. */
export function runEmitScenario(scenario: EmitScenario, folder: string): Promise<ScenarioReport> {
  return scenario.target === 'file' ? emitToFile(scenario, folder) : emitToServer(scenario, folder)
}

async function emitToServer(scenario: EmitScenario, folder: string): Promise<ScenarioReport> {
  const server = await startBenchServer({
    folder,
    args: await writeServerConfig(folder, scenario.flushEvery),
  })
  try {
    const before = readProcessUsage(server.pid).cpuSeconds
    const result = await spawnEmit(scenario, folder, {
      type: 'event-server',
      url: `http://127.0.0.1:${server.port}`,
      // Room for all that the server does not take as fast as it is emitted.
      spool: { bytesMax: 16 * 1024 ** 3 },
    })
    await waitUntilDelivered(server, result.accepted)
    const after = readProcessUsage(server.pid).cpuSeconds
    const { ingested, delivered } = await server.readCounts()
    await server.stop()
    const files = await countDelivered(`${folder}/data/events`)
    const millions = result.accepted / 1e6
    const figures = {
      ...makeFigures(scenario, result),
      serverCpuSecondsPerMillion: before === null || after === null ? null : (after - before) / millions,
    }
    const counts = {
      emitted: scenario.warmupEvents + scenario.events,
      accepted: result.accepted,
      acknowledged: result.arrived,
      ingestedMetric: ingested,
      deliveredMetric: delivered,
      linesInFiles: files.lines,
    }
    return makeScenarioReport(scenario, roundFigures(figures), counts, {})
  } finally {
    await server.stop('SIGKILL')
  }
}

async function emitToFile(scenario: EmitScenario, folder: string): Promise<ScenarioReport> {
  // All files are kept, so that all lines can be counted.
  const result = await spawnEmit(scenario, folder, {
    type: 'file',
    path: `${folder}/log/audit.log`,
    filesKept: 1_000,
  })
  const counts = {
    emitted: scenario.warmupEvents + scenario.events,
    accepted: result.accepted,
    written: result.arrived,
    linesInFiles: await countLines(`${folder}/log`),
  }
  return makeScenarioReport(scenario, roundFigures(makeFigures(scenario, result)), counts, {})
}

async function spawnEmit(
  { warmupEvents, events }: EmitScenario,
  folder: string,
  target: EmitPlan['target'],
): Promise<EmitResult> {
  const plan: EmitPlan = { spoolDir: `${folder}/spool`, target, warmupEvents, events }
  let result: EmitResult | undefined
  await spawnWorker<EmitResult>(emitProcess, plan, (message) => {
    result = message
  })
  return result!
}

function makeFigures({ events }: EmitScenario, result: EmitResult): Figures {
  return {
    emitsPerSecond: events / result.emitSeconds,
    arrivedPerSecond: events / result.arrivedSeconds,
    emitMeanMicros: result.emitMeanMicros,
    emitP50Micros: result.emitP50Micros,
    emitP99Micros: result.emitP99Micros,
    emitMaxMicros: result.emitMaxMicros,
    fullAnswers: result.full,
    dispatcherCpuSecondsPerMillion: result.cpuSeconds / (result.accepted / 1e6),
    peakRssMegabytes: result.peakRssBytes / 1e6,
    sentBytesPerEvent: result.sentBytes / result.accepted,
    eventBytes: result.eventBytes,
  }
}
