import type { DemoCounts, DemoTally } from './demo-tally.ts'
import type { DemoEnd, DemoOptions } from './run-demo.ts'

/** The result of a demo, as `--json` prints it. */
export interface DemoReport {
  readonly url: string
  readonly seed: number
  readonly rate: number
  readonly elapsedMs: number
  readonly sent: number
  readonly acknowledged: number
  readonly unacknowledged: number
  readonly duplicates: number
  readonly retries: number
  readonly topics: Readonly<Record<string, DemoCounts>>
  readonly nodes: Readonly<Record<string, DemoCounts & { readonly source: string }>>
  readonly faults: DemoEnd['faults']
}

export function makeDemoReport(
  options: DemoOptions,
  tally: DemoTally,
  end: DemoEnd,
  elapsedMs: number,
): DemoReport {
  return {
    url: options.url.href,
    seed: options.seed,
    rate: options.rate,
    elapsedMs,
    ...tally.total,
    unacknowledged: tally.total.sent - tally.total.acknowledged,
    retries: tally.retries,
    topics: Object.fromEntries([...tally.topics].sort(([one], [other]) => (one < other ? -1 : 1))),
    nodes: Object.fromEntries(
      [...tally.nodes].map(([node, counts]) => [node, { ...counts, source: end.sources[node] }]),
    ),
    faults: end.faults,
  }
}

/** The report as a table with one row a topic, and one line a fault. */
export function formatDemoReport(report: DemoReport): string {
  const names = [...Object.keys(report.topics), 'all']
  const width = Math.max(...names.map((name) => name.length), 'topic'.length)
  const row = (name: string, ...cells: (string | number)[]): string =>
    name.padEnd(width) + cells.map((cell) => formatCell(cell).padStart(14)).join('')
  const rule = '-'.repeat(width + 3 * 14)
  const seconds = report.elapsedMs / 1000
  const lines = [
    row('topic', 'sent', 'acknowledged', 'duplicates'),
    rule,
    ...Object.entries(report.topics).map(([topic, counts]) =>
      row(topic, counts.sent, counts.acknowledged, counts.duplicates),
    ),
    rule,
    row('all', report.sent, report.acknowledged, report.duplicates),
    '',
    `${seconds.toFixed(1)} s, ${formatCell(Math.round(report.acknowledged / Math.max(seconds, 0.001)))} events/s, ` +
      `${formatCell(report.retries)} attempts repeated.`,
    ...(report.duplicates > 0
      ? ['Duplicates are repeats that the server knew by their sequence: it stored them once.']
      : []),
    ...report.faults.map(({ node, refused, reason }) =>
      refused
        ? `Node ${node}: the server refused its events. ${reason}`
        : `Node ${node}: gave up waiting. ${reason}`,
    ),
    report.unacknowledged === 0
      ? 'Every event was acknowledged.'
      : `${formatCell(report.unacknowledged)} events were NOT acknowledged; they may be stored or not.`,
  ]
  return lines.join('\n')
}

function formatCell(cell: string | number): string {
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : cell
}
