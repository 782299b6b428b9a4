export const demoNodes = ['design', 'automation', 'api'] as const
/** One of the three imaginary machines that emit events. */
export type DemoNode = (typeof demoNodes)[number]

/** One generated event, ready to be sent. */
export interface DemoEvent {
  readonly node: DemoNode
  readonly topic: string
  readonly routingKey: string | null
  /** JSON text of the event, on one line. */
  readonly event: string
}

/** What a family makes: the address and the message of one event. */
export interface DemoDraft {
  readonly topic: string
  readonly routingKey: string | null
  readonly message: Readonly<Record<string, unknown>>
}

/** Events of one kind. A family remembers what it has begun, so that a job that started also ends. */
export interface EventFamily {
  /** The next event, emitted at `at` (milliseconds since 1970). */
  next(at: number): DemoDraft
}

/** A draft without routing key: what all topics but `apinode-query` send. */
export function makeDraft(topic: string, message: DemoDraft['message']): DemoDraft {
  return { topic, routingKey: null, message }
}
