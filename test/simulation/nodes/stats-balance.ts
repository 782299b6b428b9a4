import type { Dispatcher } from '../../../dispatcher/src/index.ts'

/**
 * By target: events that were accepted, without those of which the counts tell what became of them. What an earlier
 * life left makes it negative; it never changes while a dispatcher lives.
 */
export function readBalance(dispatcher: Dispatcher): Map<string, number> {
  const balances = new Map<string, number>()
  for (const [name, stats] of Object.entries(dispatcher.stats().targets)) {
    if (stats.type !== 'event-server') continue
    const { accepted, acknowledged, deadLetters, dropped, spooled, inMemory } = stats
    balances.set(name, accepted - acknowledged - deadLetters - dropped - spooled - inMemory)
  }
  return balances
}
