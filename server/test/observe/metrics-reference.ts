import type { Registry } from 'prom-client'

const intro = `# Metrics

This page is printed from \`server/src/observe/metrics.ts\`; do not edit it by hand. A test says how to print it anew.

\`GET /metrics\` on the admin port gives these in the format of Prometheus, and the usual ones of the process and of
Node.js (\`process_…\`, \`nodejs_…\`). Each is read at the moment of the request. Which of them are worth an alarm
stands in [Operate](../guide/operate.md#metrics).
`

interface MetricFacts {
  readonly name: string
  readonly help: string
  /** The library's types leave it out. */
  readonly labelNames?: readonly string[]
}

/** Hansard's own metrics, in the order of the code. */
export function listOwnMetrics(registry: Registry): (MetricFacts & { readonly type: string })[] {
  return (registry.getMetricsAsArray() as unknown as MetricFacts[])
    .filter(({ name }) => name.startsWith('hansard_'))
    .map((metric) => ({ ...metric, type: metric.constructor.name.toLowerCase() }))
}

/** The reference page of all metrics, in Markdown. */
export function makeMetricsReference(registry: Registry): string {
  const rows = listOwnMetrics(registry).map(({ name, type, labelNames = [], help }) => {
    const labels = labelNames.map((label) => `\`${label}\``).join(', ')
    return `| \`${name}\` | ${type} | ${labels} | ${help} |`
  })
  return [intro, '| name | type | labels | meaning |', '|---|---|---|---|', ...rows, ''].join('\n')
}
