import type { KeyRecord } from '../../auth/key-record.ts'
import type { Config } from '../../config/config.ts'

/** How to use a new key, ready to be copied. Never shows the key: the lines end up in histories and tickets. */
export function describeUse({ name, topics, routingKeys }: KeyRecord, { listen }: Config): string {
  const url = makeUrl(listen)
  const topic = topics === 'all' ? 'generic' : fill(topics[0]!)
  const routingKey = routingKeys === 'all' ? null : routingKeys[0]!
  const labels = [topic, ...(routingKey === null ? [] : [fill(routingKey)])].map(encodeURIComponent)
  const target = { type: 'EVENT_SERVER', url, authKey: `file:/etc/hansard/${name}.key` }
  return [
    'Try it (with the key in the variable HANSARD_KEY):',
    `  curl ${url}/v1/events/${labels.join('/')} -H "Authorization: Bearer $HANSARD_KEY" -H 'Content-Type: application/json' -d '{"msgType":"hello"}'`,
    'Target of a node (with the key in that file):',
    `  ${JSON.stringify(target)}`,
    '',
  ].join('\n')
}

/** A label that the pattern matches. */
function fill(pattern: string): string {
  return pattern.replaceAll('*', '1')
}

function makeUrl({ host, port }: Config['listen']): string {
  const shown =
    host === '0.0.0.0' || host === '::'
      ? 'SERVER'
      : host.includes(':')
        ? `[${host.replace(/^\[|\]$/g, '')}]`
        : host
  return `http://${shown}:${port === 0 ? 'PORT' : port}`
}
