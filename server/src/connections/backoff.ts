import { drawFraction, type RandomSource } from 'hansard-journal'

const firstMs = 250
const mostMs = 60_000

/** How long to wait before attempt `attempt` (from 1): doubling, at most a minute, half of it by chance. */
export function drawBackoffMs(attempt: number, random: RandomSource): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(attempt - 1, 20))
  return Math.round(full / 2 + (drawFraction(random) * full) / 2)
}
