import { type DemoDraft, type EventFamily, makeDraft } from './demo-event.ts'
import { demoProjects, demoUsers } from './demo-world.ts'
import type { SeededRandom } from './seeded-random.ts'

const openJobsMax = 12

/** Jobs of the flow: a scenario fires or a person asks, the job starts, builds objects and is done. */
export function openJobEvents(random: SeededRandom): EventFamily {
  const open: DemoDraft[][] = []
  return {
    next: (at) => {
      if (open.length === 0 || (open.length < openJobsMax && random.chance(0.2))) {
        open.push(planJob(random, at))
      }
      const index = random.nextInteger(0, open.length - 1)
      const steps = open[index]!
      const draft = steps.shift()!
      if (steps.length === 0) open.splice(index, 1)
      return draft
    },
  }
}

/** All events of one job, in order: each job that starts is done later, under the same `jobId`. */
function planJob(random: SeededRandom, at: number): DemoDraft[] {
  const project = random.pick(demoProjects)
  const scenarioId = random.chance(0.7) ? random.pick(project.scenarios) : undefined
  const authUser = random.pick(demoUsers).login
  const dataset = random.pick(project.datasets)
  const stamp = new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')
  const shared = {
    auditTopic: 'generic',
    authUser,
    authSource: scenarioId === undefined ? 'USER_FROM_UI' : 'PROXY_USER',
    ...(scenarioId === undefined ? {} : { authVia: [`scenario=${project.key}.${scenarioId}`] }),
    projectKey: project.key,
  }
  const job = { ...shared, jobId: `Build_${dataset}_${stamp}.${random.nextText(3)}` }
  const fails = random.chance(0.06)
  const drafts: DemoDraft[] = []
  if (scenarioId !== undefined) {
    const msgType = random.chance(0.8) ? 'scenario-fire-trigger' : 'scenario-run'
    drafts.push(makeDraft('generic', { msgType, ...shared, scenarioId, runId: stamp }))
  }
  drafts.push(
    makeDraft('generic', {
      msgType: 'flow-job-start',
      ...job,
      jobType: 'RECURSIVE_BUILD',
      initiator: authUser,
    }),
  )
  const builds = random.nextInteger(1, 3)
  for (let index = 0; index < builds; index++) {
    const object = { ...job, activityId: `compute_${dataset}_NP`, objectId: `${project.key}.${dataset}` }
    const failsHere = fails && index === builds - 1
    drafts.push(makeDraft('generic', { msgType: 'flow-object-build-start', ...object }))
    drafts.push(
      makeDraft('generic', {
        msgType: failsHere ? 'flow-object-build-failed' : 'flow-object-build-success',
        ...object,
        buildTimeMS: random.nextInteger(400, 90_000),
      }),
    )
  }
  drafts.push(
    makeDraft('generic', {
      msgType: 'flow-job-done',
      ...job,
      result: fails ? 'FAILED' : 'DONE',
      totalTimeMS: random.nextInteger(2_000, 300_000),
    }),
  )
  return drafts
}
