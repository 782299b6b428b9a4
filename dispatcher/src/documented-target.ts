import { HansardError } from 'hansard-protocol'
import type { EventServerOptions } from './options.ts'

const members = [
  'type',
  'url',
  'routingKeyMode',
  'topicsFiltering',
  'topics',
  'routingKeysFiltering',
  'routingKeys',
  'authKey',
  'trustAllCertificates',
  'name',
]

/**
 * Reads the documented JSON of a target.
 * @param where how to call the target in an error
 * @throws CONFIG_INVALID
 */
export function parseDocumentedTarget(json: unknown, where = 'The target'): EventServerOptions {
  if (typeof json !== 'object' || json === null) throw refuse(`${where} is not a JSON object.`)
  const target = json as Readonly<Record<string, unknown>>
  if (target.type !== 'EVENT_SERVER') {
    throw refuse(`${where} has the type ${JSON.stringify(target.type)}; only "EVENT_SERVER" is known.`)
  }
  const unknown = Object.keys(target).find((name) => !members.includes(name))
  if (unknown !== undefined) {
    throw refuse(`${where} has a member ${JSON.stringify(unknown)}; known are ${members.join(', ')}.`)
  }
  const { url, routingKeyMode = 'FROM_MESSAGE', authKey, trustAllCertificates, name } = target
  if (typeof url !== 'string') throw refuse(`${where}: "url" must be text such as "http://audit-host:9999".`)
  if (routingKeyMode !== 'FROM_MESSAGE') {
    throw refuse(
      `${where}: "routingKeyMode" is ${JSON.stringify(routingKeyMode)}; only "FROM_MESSAGE" is known. For a fixed one use the form { type: 'event-server', routingKeyMode: { fixed: '…' } }.`,
    )
  }
  if (authKey !== undefined && typeof authKey !== 'string') throw refuse(`${where}: "authKey" must be text.`)
  if (trustAllCertificates !== undefined && typeof trustAllCertificates !== 'boolean') {
    throw refuse(`${where}: "trustAllCertificates" must be true or false.`)
  }
  if (name !== undefined && typeof name !== 'string') throw refuse(`${where}: "name" must be text.`)
  return {
    type: 'event-server',
    url,
    routingKeyMode: 'fromMessage',
    topics: readFilter(target, 'topicsFiltering', 'topics', where),
    routingKeys: readFilter(target, 'routingKeysFiltering', 'routingKeys', where),
    ...(authKey === undefined || authKey === '' ? {} : { key: authKey }),
    ...(trustAllCertificates === undefined ? {} : { trustAllCertificates }),
    ...(name === undefined ? {} : { name }),
  }
}

/** With `ALL` the list may be there; it is not looked at. */
function readFilter(
  target: Readonly<Record<string, unknown>>,
  mode: string,
  list: string,
  where: string,
): 'all' | readonly string[] {
  const filtering = target[mode] ?? 'ALL'
  if (filtering === 'ALL') return 'all'
  if (filtering !== 'SELECTED') {
    throw refuse(`${where}: "${mode}" is ${JSON.stringify(filtering)}; it must be "ALL" or "SELECTED".`)
  }
  const selected = target[list]
  if (!Array.isArray(selected) || !selected.every((label) => typeof label === 'string')) {
    throw refuse(`${where}: "${mode}" is "SELECTED", so "${list}" must be a list of texts.`)
  }
  return selected
}

function refuse(detail: string): HansardError {
  return new HansardError('CONFIG_INVALID', detail)
}
