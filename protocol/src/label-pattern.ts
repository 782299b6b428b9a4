/**
 * Matching of labels: `*` stands for any run of characters, also none; every other character for itself.
 * A pattern matches the whole label, case counts.
 */
export function matchesPattern(pattern: string, label: string): boolean {
  const pieces = pattern.split('*')
  if (pieces.length === 1) return pattern === label
  const first = pieces[0]!
  const last = pieces[pieces.length - 1]!
  if (label.length < first.length + last.length) return false
  if (!label.startsWith(first) || !label.endsWith(last)) return false
  // Leftmost placement of each middle piece is enough: a later one leaves less room for the rest.
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = label.indexOf(piece, at)
    if (found < 0 || found + piece.length > label.length - last.length) return false
    at = found + piece.length
  }
  return true
}

/** Which topics are taken: all, or those that match one of the patterns. */
export type TopicFilter = 'all' | readonly string[]

/** Which routing keys are taken: all (also none at all), or a list in which `null` means "no routing key". */
export type RoutingKeyFilter = 'all' | readonly (string | null)[]

export function matchesTopic(filter: TopicFilter, topic: string): boolean {
  return filter === 'all' || filter.some((pattern) => matchesPattern(pattern, topic))
}

export function matchesRoutingKey(filter: RoutingKeyFilter, routingKey: string | null): boolean {
  if (filter === 'all') return true
  return filter.some((pattern) =>
    pattern === null || routingKey === null ? pattern === routingKey : matchesPattern(pattern, routingKey),
  )
}
