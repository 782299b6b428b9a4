import { type DemoDraft, type EventFamily, makeDraft } from './demo-event.ts'
import { demoProjects, demoUsers, makeActor } from './demo-world.ts'
import type { SeededRandom } from './seeded-random.ts'

const projectActions = [
  'project-get-summary',
  'flow-get',
  'flow-compute-counts',
  'dashboards-list',
  'recipes-list',
  'wiki-article-get',
  'insight-get',
  'scenario-get-last-runs',
  'project-save-variables',
  'recipe-save',
  'sql-notebook-run',
  'webapp-view',
  'dashboard-save',
] as const

const adminActions = [
  'security-admin-users-list',
  'security-admin-user-edit',
  'admin-connection-save',
  'admin-code-env-update',
  'project-save-permissions',
  'publicapi-key-create',
  'plugin-settings-changed',
] as const

/** The long tail of a working day: looking at projects, saving, notebooks, some administration. */
export function openBrowseEvents(random: SeededRandom): EventFamily {
  return { next: () => (random.chance(0.12) ? administer(random) : browse(random)) }
}

function browse(random: SeededRandom): DemoDraft {
  const project = random.pick(demoProjects)
  const msgType = random.pick(projectActions)
  const callPath = `/projects/${project.key}/${msgType.split('-')[0]}/${random.nextText(8)}`
  return makeDraft('generic', {
    msgType,
    auditTopic: 'generic',
    ...makeActor(random),
    projectKey: project.key,
    callPath,
    ...(msgType === 'webapp-view' ? { webappId: project.webappId } : {}),
    mdc: { apiCall: `/api${callPath}`, requestId: random.nextText(12) },
    callTime: random.nextInteger(2, 900),
  })
}

function administer(random: SeededRandom): DemoDraft {
  return makeDraft('generic', {
    msgType: random.pick(adminActions),
    auditTopic: 'generic',
    authUser: 'admin',
    authSource: 'USER_FROM_UI',
    clientIP: '10.20.4.36',
    login: random.pick(demoUsers).login,
    callPath: '/admin/security/users',
    callTime: random.nextInteger(5, 200),
  })
}
