import { type EventFamily, makeDraft } from './demo-event.ts'
import { demoProjects, makeActor } from './demo-world.ts'
import type { SeededRandom } from './seeded-random.ts'

const calls = [
  ['GET', '/public/api/projects/{projectKey}/datasets/', 200],
  ['GET', '/public/api/projects/{projectKey}/jobs/', 200],
  ['POST', '/public/api/projects/{projectKey}/scenarios/{scenarioId}/run', 200],
  ['GET', '/public/api/projects/{projectKey}/scenarios/{scenarioId}/light/', 200],
  ['PUT', '/public/api/projects/{projectKey}/variables/', 204],
  ['GET', '/public/api/projects/{projectKey}/managedfolders/', 404],
] as const

/** Raw calls of the public API. */
export function openApiCallEvents(random: SeededRandom): EventFamily {
  return {
    next: () => {
      const [method, callPath, httpStatus] = random.pick(calls)
      const project = random.pick(demoProjects)
      return makeDraft('apicalls', {
        msgType: 'api-call',
        auditTopic: 'apicalls',
        ...makeActor(random),
        method,
        callPath,
        projectKey: project.key,
        scenarioId: random.pick(project.scenarios),
        httpStatus,
        callTime: random.nextInteger(1, 800),
      })
    },
  }
}
