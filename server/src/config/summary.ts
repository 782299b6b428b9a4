import { findLabelFault } from 'hansard-protocol'
import { fileExtension } from '../compression/compress-block.ts'
import { makePartitionPattern } from '../layout/partition-pattern.ts'
import { openPlacement } from '../layout/placement.ts'
import type { Config } from './config.ts'
import { kindOf } from './connection-kinds.ts'
import type { DestinationSettings } from './destination-settings.ts'

/** What a configuration comes to, for people and for scripts that set up datasets on the files. */
export interface ConfigSummary {
  readonly file: string | null
  readonly listen: string
  readonly admin: string
  readonly dataDir: string
  readonly destinations: readonly DestinationSummary[]
  /** What is allowed but may not be meant. */
  readonly warnings: readonly string[]
}

export interface DestinationSummary {
  readonly name: string
  readonly topics: DestinationSettings['topics']
  readonly routingKeys: DestinationSettings['routingKeys']
  readonly connection: string
  readonly connectionType: string
  /** Path within the connection. */
  readonly path: string
  /** Where its files lie, with the root of the connection. */
  readonly folder: string
  readonly flushEveryMs: number
  readonly timeZone: string
  readonly exampleFolder: string
  readonly exampleFile: string
  /** Partitioning of a dataset on `folder`. */
  readonly partitionPattern: string
  readonly partitionNote: string | null
}

const exampleTimeMs = Date.UTC(2026, 2, 17, 19, 15, 30, 609)

export function makeSummary(config: Config): ConfigSummary {
  const { listen, admin } = config
  return {
    file: config.file,
    listen: formatAddress(listen.host, listen.port),
    admin: formatAddress(admin.host, admin.port),
    dataDir: config.dataDir,
    destinations: config.destinations.map((destination) => summarize(config, destination)),
    warnings: listWarnings(config),
  }
}

function summarize(config: Config, destination: DestinationSettings): DestinationSummary {
  const connection = config.connections[destination.connection]!
  const { folder: root } = kindOf(connection).locate(connection)
  const { pattern, note } = makePartitionPattern(destination.layout)
  const [topic, routingKey] = pickExample(destination)
  const folder = openPlacement(destination).folderOf(topic, routingKey, exampleTimeMs)
  return {
    name: destination.name,
    topics: destination.topics,
    routingKeys: destination.routingKeys,
    connection: destination.connection,
    connectionType: connection.type,
    path: destination.path,
    folder: [root.replace(/\/$/, ''), destination.path].filter((part) => part !== '').join('/') || '/',
    flushEveryMs: destination.flush.everyMs,
    timeZone: destination.timeZone,
    exampleFolder: folder,
    exampleFile: `<lane>-0000000000000000-419${fileExtension(destination.compression)}`,
    partitionPattern: pattern,
    partitionNote: note,
  }
}

/** Labels that the destination takes. */
function pickExample({
  topics,
  routingKeys,
}: DestinationSettings): [topic: string, routingKey: string | null] {
  const fill = (pattern: string): string => {
    const label = pattern.replaceAll('*', pattern === '*' ? 'example' : '1')
    // A pattern near the bound on labels leaves no room.
    return findLabelFault(label) === undefined ? label : pattern.replaceAll('*', '')
  }
  const topic = topics === 'all' ? 'apinode-query' : fill(topics[0] ?? 'apinode-query')
  if (routingKeys === 'all') return [topic, 'churn-1']
  const first = routingKeys[0]
  return [topic, first === undefined || first === null ? null : fill(first)]
}

function listWarnings(config: Config): string[] {
  const warnings: string[] = []
  if (config.destinations.length === 0) {
    warnings.push(
      'There is no destination: events are received and kept in the journal, but no file is written until there is one.',
    )
  } else if (!config.destinations.some((one) => one.topics === 'all' && one.routingKeys === 'all')) {
    warnings.push('No destination takes everything: events that none wants are counted, but not written.')
  }
  for (const section of ['listen', 'admin'] as const) {
    if (config[section].allowInsecure) {
      warnings.push(
        `${section}.allowInsecure is set: there are no keys and no TLS. Guard ${config[section].host} otherwise.`,
      )
    }
  }
  const used = new Set(config.destinations.map((one) => one.connection))
  for (const name of Object.keys(config.connections)) {
    if (!used.has(name)) warnings.push(`The connection "${name}" is used by no destination.`)
  }
  return warnings
}

function formatAddress(host: string, port: number): string {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  return `http://${name}:${port === 0 ? '<any free port>' : port}`
}
