import { type DemoDraft, type EventFamily, makeDraft } from './demo-event.ts'
import { demoClusters, demoConnections, demoProjects, demoUsers } from './demo-world.ts'
import type { SeededRandom } from './seeded-random.ts'

const topic = 'compute-resource-usage'
const openUsagesMax = 40

/** One use of processor, memory, a database or a cluster, while it lasts. */
interface Usage {
  readonly id: string
  readonly type: 'LOCAL_PROCESS' | 'SINGLE_K8S_JOB' | 'SPARK_K8S_JOB' | 'SQL_CONNECTION' | 'SQL_QUERY'
  readonly context: Readonly<Record<string, unknown>>
  readonly startTime: number
  readonly details: Readonly<Record<string, unknown>>
  /** Counters only grow: the last message of an id holds the totals. */
  cpuMs: number
  memoryMbSeconds: number
  updatesLeft: number
}

/** Compute usage: each id starts, is updated with growing counters, and completes. */
export function openComputeUsageEvents(random: SeededRandom): EventFamily {
  const open: Usage[] = []
  return {
    next: (at) => {
      if (open.length === 0 || (open.length < openUsagesMax && random.chance(0.22))) {
        const usage = startUsage(random, at)
        open.push(usage)
        return describe(usage, 'start', {})
      }
      const index = random.nextInteger(0, open.length - 1)
      const usage = open[index]!
      usage.cpuMs += random.nextInteger(50, 9_000)
      usage.memoryMbSeconds += random.nextInteger(100, 40_000)
      if (usage.updatesLeft-- > 0) return describe(usage, 'update', {})
      open.splice(index, 1)
      return describe(usage, 'complete', { endTime: Math.max(at, usage.startTime) })
    },
  }
}

function startUsage(random: SeededRandom, at: number): Usage {
  const project = random.pick(demoProjects)
  const type = random.pick([
    'LOCAL_PROCESS',
    'LOCAL_PROCESS',
    'LOCAL_PROCESS',
    'SINGLE_K8S_JOB',
    'SPARK_K8S_JOB',
    'SQL_CONNECTION',
    'SQL_QUERY',
  ] as const)
  return {
    id: random.nextText(16),
    type,
    context: makeContext(random, project.key, project.webappId),
    startTime: Math.round(at),
    details: makeDetails(random, type),
    cpuMs: 0,
    memoryMbSeconds: 0,
    updatesLeft: random.nextInteger(0, 5),
  }
}

function makeContext(random: SeededRandom, projectKey: string, webappId: string): Record<string, unknown> {
  const owner = { projectKey, authIdentifier: random.pick(demoUsers).login }
  return random.pick([
    { type: 'JOB_ACTIVITY', ...owner, jobId: `Build_${random.nextText(6)}`, activityId: 'compute_NP' },
    { type: 'WEBAPP_BACKEND', ...owner, webappId },
    { type: 'JUPYTER_NOTEBOOK_KERNEL', ...owner, notebookName: `exploration ${random.nextInteger(1, 40)}` },
    { type: 'ANALYSIS_ML_TRAIN', ...owner, analysisId: random.nextText(8), mlTaskId: random.nextText(8) },
  ])
}

function makeDetails(random: SeededRandom, type: Usage['type']): Record<string, unknown> {
  const executionId = `python-${random.nextText(8).toLowerCase()}`
  const k8sClusterId = random.pick(demoClusters)
  const connection = random.pick(demoConnections)
  switch (type) {
    case 'LOCAL_PROCESS':
      return { pid: random.nextInteger(1_000, 60_000), commandName: 'python' }
    case 'SINGLE_K8S_JOB':
      return { executionId, k8sClusterId, containerConfigName: 'cpu-small' }
    case 'SPARK_K8S_JOB':
      return { executionId, sparkConfigName: 'default', k8sClusterId, memoryRequestMB: 3000, cpuRequest: 2 }
    case 'SQL_CONNECTION':
      return { connection }
    case 'SQL_QUERY':
      return {
        connectionUsageId: random.nextText(16),
        connection,
        query: 'SELECT "store", SUM("amount") FROM "orders" GROUP BY 1',
      }
  }
}

const detailsName = {
  LOCAL_PROCESS: 'localProcess',
  SINGLE_K8S_JOB: 'singleK8SJob',
  SPARK_K8S_JOB: 'sparkK8SJob',
  SQL_CONNECTION: 'sqlConnection',
  SQL_QUERY: 'sqlQuery',
} as const

function describe(usage: Usage, step: 'start' | 'update' | 'complete', end: object): DemoDraft {
  const { id, type, context, startTime } = usage
  return makeDraft(topic, {
    msgType: `compute-resource-usage-${step}`,
    computeResourceUsage: {
      [detailsName[type]]: { ...usage.details, ...readCounters(usage) },
      context,
      startTime,
      id,
      ...end,
      type,
    },
  })
}

function readCounters({ type, cpuMs, memoryMbSeconds }: Usage): object {
  if (type === 'SQL_QUERY') {
    return { statementExecutionTime: cpuMs, fetchedRowCount: Math.floor(memoryMbSeconds / 10) }
  }
  if (type !== 'LOCAL_PROCESS') return {}
  const systemTimeMS = Math.floor(cpuMs / 7)
  const vmRSSMB = 60 + Math.floor(memoryMbSeconds / 900)
  return {
    userTimeMS: cpuMs - systemTimeMS,
    systemTimeMS,
    cuserTimeMS: 0,
    csystemTimeMS: 0,
    rssMBSeconds: memoryMbSeconds,
    vmRSSMB,
    vmHWMMB: vmRSSMB,
    vmSizeMB: vmRSSMB * 4,
    majorFaults: 0,
    currentCPUUsage: Math.round((cpuMs % 997) / 9.97) / 100,
  }
}
