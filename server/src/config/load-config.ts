import { HansardError } from 'hansard-protocol'
import { type ConfigSource, checkConfig } from './check-config.ts'
import type { Config } from './config.ts'
import { formatFinding } from './finding.ts'

/**
 * The way of a configuration: YAML text, values from elsewhere put in, flags on top, schema, checks between
 * settings, and at the end a whole `Config`.
 *
 * 1. One schema gives types, checks, JSON Schema and reference page.
 * 2. Nothing unknown is passed over, and all faults are told at once, each with its place and what to do.
 * 3. A secret never stands in a message.
 *
 * @throws CONFIG_INVALID whose message holds every finding, one a line
 */
export async function loadConfig(source: ConfigSource = {}): Promise<Config> {
  const check = await checkConfig(source)
  if (check.config !== null) return check.config
  const { findings, fileSha256 } = check
  const head = findings.length === 1 ? 'has a fault' : `has ${findings.length} faults`
  throw new HansardError(
    'CONFIG_INVALID',
    [`The configuration ${head}:`, ...findings.map((finding) => `  ${formatFinding(finding)}`)].join('\n'),
    { facts: { findings: findings.length, file: source.file ?? null, fileSha256 } },
  )
}
