import { type EventFamily, makeDraft } from './demo-event.ts'
import { demoUsers } from './demo-world.ts'
import type { SeededRandom } from './seeded-random.ts'

/** People who come and go: login, application-open, logout; now and then a login that fails. */
export function openSessionEvents(random: SeededRandom): EventFamily {
  const present = new Set<string>()
  return {
    next: () => {
      const { login, address } = random.pick(demoUsers)
      const origin = { clientIP: address, originalIP: address }
      if (random.chance(0.05)) {
        return makeDraft('generic', { msgType: 'login-failure', auditTopic: 'generic', login, ...origin })
      }
      const actor = { authUser: login, authSource: 'USER_FROM_UI' }
      if (!present.has(login)) {
        present.add(login)
        return makeDraft('generic', {
          msgType: 'login-success',
          auditTopic: 'generic',
          login,
          ...actor,
          ...origin,
        })
      }
      if (random.chance(0.25)) {
        present.delete(login)
        return makeDraft('generic', { msgType: 'logout', auditTopic: 'generic', login, ...actor, ...origin })
      }
      return makeDraft('generic', {
        msgType: 'application-open',
        auditTopic: 'generic',
        ...actor,
        ...origin,
        callPath: '/home',
        userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0',
      })
    },
  }
}
