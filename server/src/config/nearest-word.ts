/** The one of `words` that `word` was probably meant to be, or undefined. */
export function findNearestWord(word: string, words: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const ranked = words
    .map((known) => ({ known, distance: countEdits(plain(word), plain(known)) }))
    .sort((one, other) => one.distance - other.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.known.length / 3))
    ? best.known
    : undefined
}

/** Least number of letters to insert, remove or replace (Levenshtein). */
function countEdits(from: string, to: string): number {
  // Nobody mistypes a setting by more; a bound keeps a hostile key cheap.
  if (Math.abs(from.length - to.length) > 16) return Number.POSITIVE_INFINITY
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replace = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replace, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[to.length]!
}
