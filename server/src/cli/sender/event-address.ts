import { eventsPath } from 'hansard-protocol'

/** Path of a request for events of one topic and, perhaps, one routing key. */
export function makeEventsPath(topic?: string, routingKey?: string | null): string {
  const labels = [topic, routingKey].filter((label) => label !== undefined && label !== null)
  return [eventsPath, ...labels.map(encodeURIComponent)].join('/')
}

/** One line that carries an event together with its topic and routing key. */
export function wrapEvent(topic: string, routingKey: string | null, event: string): string {
  const key = routingKey === null ? '' : `"routingKey":${JSON.stringify(routingKey)},`
  return `{"topic":${JSON.stringify(topic)},${key}"event":${event}}`
}
