import { type DemoEvent, type DemoNode, demoNodes } from './demo-event.ts'

export interface DemoCounts {
  sent: number
  acknowledged: number
  /** Acknowledged, and the server said that it had them already: it stored them once. */
  duplicates: number
}

/** What the imaginary nodes sent and what the server answered, counted while the demo runs. */
export interface DemoTally {
  readonly total: DemoCounts
  readonly topics: ReadonlyMap<string, DemoCounts>
  readonly nodes: ReadonlyMap<DemoNode, DemoCounts>
  /** Attempts that failed and were repeated. */
  readonly retries: number
  /** Why the last attempt failed; undefined when the last one succeeded. */
  readonly trouble: string | undefined
  noteSent(events: readonly DemoEvent[]): void
  noteAcknowledged(events: readonly DemoEvent[], duplicates: number): void
  noteTrouble(reason: string): void
}

export function openDemoTally(): DemoTally {
  const total = makeCounts()
  const topics = new Map<string, DemoCounts>()
  const nodes = new Map(demoNodes.map((node) => [node, makeCounts()]))
  let retries = 0
  let trouble: string | undefined
  const add = (name: keyof DemoCounts, events: readonly DemoEvent[]): void => {
    for (const { topic, node } of events) {
      const ofTopic = topics.get(topic) ?? makeCounts()
      topics.set(topic, ofTopic)
      ofTopic[name]++
      nodes.get(node)![name]++
    }
    total[name] += events.length
  }
  return {
    total,
    topics,
    nodes,
    get retries() {
      return retries
    },
    get trouble() {
      return trouble
    },
    noteSent: (events) => add('sent', events),
    noteAcknowledged: (events, duplicates) => {
      trouble = undefined
      add('acknowledged', events)
      // A request is atomic, so a repeat is a repeat as a whole; a part of one has no topic to be counted under.
      if (duplicates === events.length) add('duplicates', events)
      else total.duplicates += duplicates
    },
    noteTrouble: (reason) => {
      retries++
      trouble = reason
    },
  }
}

function makeCounts(): DemoCounts {
  return { sent: 0, acknowledged: 0, duplicates: 0 }
}
