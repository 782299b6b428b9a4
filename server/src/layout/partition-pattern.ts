import { parseLayout } from './layout.ts'
import type { LayoutField } from './layout-field.ts'

/** What to type where a dataset on the destination's path asks for its partitioning. */
export interface PartitionPattern {
  /** E.g. `/%{topic}/%{routing_key}/%Y/%M/%D/%H/.*`, relative to the destination's path. */
  readonly pattern: string
  /** What the pattern leaves out, in a sentence; null if nothing. */
  readonly note: string | null
}

const patternOf: Record<LayoutField, string> = {
  topic: '%{topic}',
  routingKey: '%{routing_key}',
  yyyy: '%Y',
  MM: '%M',
  dd: '%D',
  HH: '%H',
  mm: '.*',
}

/** @throws CONFIG_INVALID when the layout is not valid */
export function makePartitionPattern(layout: string): PartitionPattern {
  const { segments, fields } = parseLayout(layout)
  const folders = segments.map((segment) =>
    segment.map((token) => ('literal' in token ? token.literal : patternOf[token.field])).join(''),
  )
  return {
    pattern: `/${[...folders, '.*'].join('/')}`,
    note: fields.has('mm')
      ? 'Partitions have no minutes: `.*` takes all minutes of the hour together.'
      : null,
  }
}
