import { type EventFamily, makeDraft } from './demo-event.ts'
import { demoProjects, demoUsers } from './demo-world.ts'
import type { SeededRandom } from './seeded-random.ts'

const denials = [
  'denied',
  'not-admin',
  'proxyuser-denied',
  'project-authorization-failure',
  'workspace-authorization-failure',
  'connection-info-denied',
  'dashboard-use-denied',
  'lib-edit-action-denied',
  'plugin-dev-action-denied',
  'user-profile-action-denied',
] as const

/** Refused at the door: unknown API keys (some from one address that keeps on trying) and missing rights. */
export function openAuthfailEvents(random: SeededRandom): EventFamily {
  const prober = `203.0.113.${random.nextInteger(2, 250)}`
  return {
    next: () => {
      const project = random.pick(demoProjects)
      if (random.chance(0.35)) {
        return makeDraft('authfail', {
          msgType: 'unknown-api-key',
          auditTopic: 'authfail',
          clientIP: random.chance(0.6) ? prober : `198.51.100.${random.nextInteger(2, 250)}`,
          callPath: `/public/api/projects/${project.key}/datasets/`,
          keyPrefix: random.nextText(4),
          reason: 'No API key has this value',
        })
      }
      const { login, address } = random.pick(demoUsers)
      return makeDraft('authfail', {
        msgType: random.pick(denials),
        auditTopic: 'authfail',
        authUser: login,
        authSource: 'USER_FROM_UI',
        clientIP: address,
        originalIP: address,
        projectKey: project.key,
        callPath: `/projects/${project.key}/datasets/${random.pick(project.datasets)}/data`,
        reason: `User ${login} may not do this in project ${project.key}`,
      })
    },
  }
}
