import { type EventFamily, makeDraft } from './demo-event.ts'
import { demoClusters, demoProjects, demoUsers } from './demo-world.ts'
import type { SeededRandom } from './seeded-random.ts'

/** The census of a Kubernetes cluster: which pods run, for whom, with how much memory and processor. */
export function openKubernetesEvents(random: SeededRandom): EventFamily {
  return {
    next: () =>
      makeDraft('compute-resource-usage', {
        msgType: 'kubernetes-cluster-usage-status',
        clusterId: random.pick(demoClusters),
        podsStatus: { pods: Array.from({ length: random.nextInteger(1, 5) }, () => makePod(random)) },
      }),
  }
}

function makePod(random: SeededRandom): object {
  const executionId = `python-${random.nextText(8).toLowerCase()}`
  const projectKey = random.pick(demoProjects).key
  const requested = random.pick([1000, 3000, 8000])
  return {
    memoryMB: random.nextInteger(80, requested),
    cpuRequestMillis: random.pick([500, 1000, 2000]),
    name: `${executionId}-exec-1`,
    namespace: 'default',
    // Pods without limits are as common as those with them.
    ...(random.chance(0.5) ? { memoryLimitMB: requested, memoryRequestMB: requested } : {}),
    cpuMillis: random.nextInteger(0, 2000),
    annotations: { 'dataiku.com/dku-project-key': projectKey },
    labels: {
      'dataiku.com/dku-execution-id': executionId,
      'dataiku.com/dku-execution-type': 'RECIPE_PYTHON',
      'dataiku.com/dku-project-key': projectKey.toLowerCase(),
      'dataiku.com/dku-exec-submitter': random.pick(demoUsers).login,
    },
  }
}
