import { findLabelFault } from 'hansard-protocol'
import { z } from 'zod'
import type { Compression } from '../compression/compress-block.ts'
import { parseLayout } from '../layout/layout.ts'
import { findPlaceholderFault } from '../layout/segment-fault.ts'
import { openZone } from '../layout/zone.ts'
import { envelopeFields } from './destination-settings.ts'
import { checked, choice, duration, name, size, storePath, text, wholeNumber } from './scalars.ts'

export const flushEvery = duration('100ms', '24h')

const labelPattern = z
  .string({ error: 'must be text; write it in quotes if it looks like a number' })
  .superRefine((pattern, context) => {
    const literal = pattern.replaceAll('*', '')
    const fault = literal === '' && pattern !== '' ? undefined : findLabelFault(literal)
    if (fault !== undefined) context.addIssue(`${fault}; no event can have such a label`)
  })

const topicsFault = {
  error: 'must be all, or a list of topics in which * stands for any text, for example [apinode-query]',
}
const topics = z.union([z.literal('all'), z.array(labelPattern).min(1, topicsFault)], topicsFault)

const routingKey = z.union([labelPattern, z.null()], { error: 'must be text in quotes, or null' })
const routingKeysFault = {
  error: 'must be all, or a list of routing keys, for example [churn-*, null]; null means no routing key',
}
const routingKeys = z.union(
  [z.literal('all'), z.array(routingKey).min(1, routingKeysFault)],
  routingKeysFault,
)

const levels = { gzip: wholeNumber(1, 9).default(1), zstd: wholeNumber(1, 19).default(3) } as const
const compression = z
  .union(
    [
      z.enum(['gzip', 'zstd', 'none']),
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('gzip'), level: levels.gzip }),
        z.strictObject({ kind: z.literal('zstd'), level: levels.zstd }),
        z.strictObject({ kind: z.literal('none') }),
      ]),
    ],
    { error: 'must be gzip, zstd, none, or for example { kind: gzip, level: 6 }' },
  )
  .transform((value): Compression => {
    if (typeof value === 'object') return value
    return value === 'none' ? { kind: value } : { kind: value, level: levels[value].parse(undefined) }
  })

const envelope = z
  .array(choice(envelopeFields), { error: `must be a list of ${envelopeFields.join(', ')}` })
  .superRefine((fields, context) => {
    if (new Set(fields).size < fields.length) context.addIssue('must name each field once')
  })

export const destinationSchema = z.strictObject({
  connection: name('the name of a connection').describe('Name of the connection that keeps the files.'),
  path: storePath('a path within the connection')
    .prefault('')
    .describe('Folder within the connection; empty or `/` for its root.'),
  topics: topics
    .default('all')
    .describe('Topics to take: `all`, or a list in which `*` stands for any text.')
    .meta({ title: 'list' }),
  routingKeys: routingKeys
    .default('all')
    .describe('Routing keys to take: `all`, or a list in which `null` means events without a routing key.')
    .meta({ title: 'list' }),
  requiredKey: name('the name of a key')
    .optional()
    .describe('Takes only events that were sent with the key of this name, see `hansard keys`.'),
  layout: z
    .string({ error: 'must be a pattern of folders' })
    .superRefine(checked((pattern) => void parseLayout(pattern)))
    .default('/{topic}/{routingKey}/{yyyy}/{MM}/{dd}/{HH}')
    .describe(
      'Folders below the path, made of `{topic} {routingKey} {yyyy} {MM} {dd} {HH} {mm}` and text; empty for none. The time is that of receiving.',
    ),
  noRoutingKeyFolder: z
    .string({ error: 'must be a folder name' })
    .superRefine((folder, context) => {
      const fault = findPlaceholderFault(folder)
      if (fault !== undefined) context.addIssue(fault)
    })
    .default('_none')
    .describe('Folder in place of `{routingKey}` for events that have none; starts with `_`.'),
  letterCase: choice(['mark', 'keep'])
    .default('mark')
    .describe(
      '`mark`: folders of labels with capitals get a suffix, so `Foo` and `foo` differ on every store. `keep`: no suffix; only for stores that tell them apart.',
    ),
  timeZone: text('the name of a time zone')
    .superRefine(checked((zone) => void openZone(zone)))
    .default('UTC')
    .describe('IANA time zone of the folders and of `serverTimestamp`.'),
  envelopeFields: envelope
    .default([])
    .describe(
      `Members to add to each line, from ${envelopeFields.map((field) => `\`${field}\``).join(', ')}.`,
    )
    .meta({ title: 'list' }),
  flush: z
    .strictObject({
      every: flushEvery
        .optional()
        .describe('How often open files are finished. Without a value: `1m` for a filesystem.')
        .meta({ title: 'duration' }),
      maxBytes: size('1KiB', '1TiB')
        .prefault('1GiB')
        .describe('Files are also finished when they hold events of this size.'),
      partMaxBytes: size('1KiB', '1TiB')
        .prefault('256MiB')
        .describe('A file with more than this, before compression, goes on in another file.'),
    })
    .prefault({})
    .describe('When files are finished.'),
  compression: compression
    .prefault('gzip')
    .describe(
      '`gzip`, `zstd`, `none`, or `{ kind, level }` with level 1-9 (gzip, default 1) or 1-19 (zstd, default 3).',
    )
    .meta({ title: 'choice' }),
})

export type DestinationInput = z.output<typeof destinationSchema>
