import type { Machine } from './machine.ts'
import type { ScenarioReport } from './scenario-report.ts'
import { meetsTarget, type Target, targets } from './targets.ts'

/** The result of a bench, as it is written to a file. */
export interface BenchReport {
  readonly format: 'hansard-bench-1'
  readonly startedAt: string
  readonly isSmall: boolean
  readonly machine: Machine
  readonly scenarios: readonly ScenarioReport[]
}

/** The report for a person: a table for each scenario, the target beside each figure that has one. */
export function formatBenchReport(report: BenchReport): string {
  const { machine } = report
  const lines = [
    `Node ${machine.node} on ${machine.platform}, ${machine.cpus} x ${machine.cpuModel}, ` +
      `load ${machine.loadAverageBefore} before`,
  ]
  if (report.isSmall) lines.push('A small run: it shows that the bench works, its figures say little.')
  for (const scenario of report.scenarios) lines.push('', ...formatScenario(scenario))
  return lines.join('\n')
}

function formatScenario({ name, title, figures, counts, countsAgree, refusals }: ScenarioReport): string[] {
  const rows = Object.entries(figures).map(([figure, value]) => {
    const target = targets[name]?.[figure]
    const cell = value === null ? 'not known' : formatNumber(value)
    return `  ${figure.padEnd(28)}${cell.padStart(12)}${formatTarget(target, value)}`
  })
  const sums = Object.entries(counts).map(([place, count]) => `${place} ${formatNumber(count)}`)
  const refused = Object.entries(refusals).map(([status, count]) => `${status}: ${formatNumber(count)}`)
  return [
    `${name}: ${title}`,
    ...rows,
    `  counts ${countsAgree ? 'agree' : 'DO NOT AGREE'}: ${sums.join(', ')}`,
    ...(refused.length === 0 ? [] : [`  answers other than 200: ${refused.join(', ')}`]),
  ]
}

function formatTarget(target: Target | undefined, value: number | null): string {
  if (target === undefined) return ''
  const verdict = value === null ? '' : meetsTarget(target, value) ? '  met' : '  MISSED'
  return `   target ${target.bound} ${formatNumber(target.value)}${verdict}`
}

function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 3 : value < 1000 ? 1 : 0 })
}
