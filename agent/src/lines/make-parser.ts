import type { AgentConfig, InputConfig } from '../config/load-config.ts'
import type { ParseLine } from './log-line.ts'
import { type CarriedMember, makeAuditLineParser } from './parse-audit-line.ts'
import { makeNdjsonLineParser } from './parse-ndjson-line.ts'

/**
 * How the lines of an input are read.
 * @throws CONFIG_INVALID
 */
export function makeParser(input: InputConfig, { instance, targets }: AgentConfig): ParseLine {
  const { addInstance, routingKey } = input
  const added =
    addInstance === undefined || instance === undefined ? undefined : { field: addInstance, name: instance }
  if (input.format === 'ndjson')
    return makeNdjsonLineParser({ topic: input.topic, routingKey, instance: added })
  const members = ['mdc', 'callTime', 'timestamp'] as const
  return makeAuditLineParser({
    defaultTopic: input.defaultTopic,
    routingKey,
    carried: members.filter((name): name is CarriedMember => input[name]),
    instance: added,
    withContext: targets.some(({ type }) => type === 'file'),
  })
}
