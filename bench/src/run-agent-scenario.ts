import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { countDelivered } from './count-delivered.ts'
import { readEndedChildrenCpuSeconds, readProcessUsage } from './process-usage.ts'
import type { AgentScenario } from './scenario.ts'
import { makeScenarioReport, roundFigures, type ScenarioReport } from './scenario-report.ts'
import { startBenchServer } from './server-process.ts'
import { waitUntilDelivered } from './wait-until-delivered.ts'
import { writeAuditLog } from './write-audit-log.ts'
import { writeServerConfig } from './write-server-config.ts'

const command = fileURLToPath(new URL('../../agent/bin/hansard-agent.js', import.meta.url))
const lookEveryMs = 100

/** Measures the real agent, as it imports one large log into a server on the same machine. */
export async function runAgentScenario(scenario: AgentScenario, folder: string): Promise<ScenarioReport> {
  const log = await writeAuditLog(`${folder}/audit.log`, scenario.logBytes)
  const server = await startBenchServer({
    folder,
    args: await writeServerConfig(folder, scenario.flushEvery),
  })
  try {
    const settings = {
      instance: 'bench',
      stateDir: `${folder}/agent`,
      inputs: [{ format: 'audit-log', paths: [`${folder}/audit.log`] }],
      targets: [{ type: 'event-server', url: `http://127.0.0.1:${server.port}` }],
    }
    // JSON is YAML too.
    await writeFile(`${folder}/agent.yaml`, JSON.stringify(settings))
    const before = readProcessUsage(server.pid).cpuSeconds
    const agent = await runAgent(['import', '--config', `${folder}/agent.yaml`, `${folder}/audit.log`])
    await waitUntilDelivered(server, log.lines)
    const after = readProcessUsage(server.pid).cpuSeconds
    const { ingested, delivered } = await server.readCounts()
    await server.stop()
    const files = await countDelivered(`${folder}/data/events`)
    const millions = log.lines / 1e6
    const figures = {
      megabytesPerSecond: log.bytes / 1e6 / agent.seconds,
      eventsPerSecond: log.lines / agent.seconds,
      seconds: agent.seconds,
      agentCpuSecondsPerMillion: agent.cpuSeconds === null ? null : agent.cpuSeconds / millions,
      serverCpuSecondsPerMillion: before === null || after === null ? null : (after - before) / millions,
      agentPeakRssMegabytes: agent.peakRssBytes === null ? null : agent.peakRssBytes / 1e6,
      lineBytes: log.bytes / log.lines,
    }
    const counts = {
      linesInLog: log.lines,
      ingestedMetric: ingested,
      deliveredMetric: delivered,
      linesInFiles: files.lines,
    }
    return makeScenarioReport(scenario, roundFigures(figures), counts, {})
  } finally {
    await server.stop('SIGKILL')
  }
}

interface AgentRun {
  /** From its start to its end, when all has arrived. */
  readonly seconds: number
  readonly cpuSeconds: number | null
  readonly peakRssBytes: number | null
}

function runAgent(args: readonly string[]): Promise<AgentRun> {
  return new Promise((resolve, reject) => {
    const cpuBefore = readEndedChildrenCpuSeconds()
    const startAt = performance.now()
    const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    const killWithBench = (): void => void child.kill('SIGKILL')
    process.once('exit', killWithBench)
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    // A process that has ended does not tell its peak.
    let peakRssBytes: number | null = null
    const looking = setInterval(() => {
      const { peakRssBytes: seen } = readProcessUsage(child.pid!)
      if (seen !== null) peakRssBytes = Math.max(seen, peakRssBytes ?? 0)
    }, lookEveryMs)
    child.on('error', reject)
    child.on('close', (code) => {
      const seconds = (performance.now() - startAt) / 1000
      clearInterval(looking)
      process.off('exit', killWithBench)
      const cpuAfter = readEndedChildrenCpuSeconds()
      const cpuSeconds = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore
      if (code === 0) resolve({ seconds, cpuSeconds, peakRssBytes })
      else reject(new Error(`The agent ended with code ${code}. Its last words:\n${said.slice(-3_000)}`))
    })
  })
}
