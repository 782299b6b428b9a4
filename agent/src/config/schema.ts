import { z } from 'zod'
import { choice, duration, flag, jsonPointer, list, settings, size, text, wholeNumber } from './scalars.ts'

/** Everything that can be configured. Types, checks and the reference page follow from here. */

const label = (what: string) => text(what)

const fixed = (what: string) => settings({ fixed: label(`a ${what}`).describe(`Always this ${what}.`) })
const pointed = (what: string) =>
  settings({ pointer: jsonPointer().describe(`Where the ${what} stands in the event.`) })

const topicSource = z.union([fixed('topic'), pointed('topic')], {
  error: 'must be { fixed: … } or { pointer: /… }.',
})
const routingKey = z.union([z.literal('none'), fixed('routing key'), pointed('routing key')], {
  error: 'must be none, { fixed: … } or { pointer: /… }.',
})

const inputBasics = {
  name: text('a name')
    .optional()
    .describe(
      'Its place is kept under this name: it must stay. Default: the format. Needed when there are several inputs of a format.',
    ),
  paths: list(text('a path'), 'paths').describe(
    'Paths with `*`, `?`, `**`, `{a,b}`. Let them match rotated files too: `audit.log*`.',
  ),
  start: choice('beginning', 'end')
    .default('beginning')
    .describe(
      'Where files begin that are there when the input is followed for the first time. Later ones are read whole.',
    ),
  addInstance: text('the name of a member')
    .optional()
    .describe(
      'Adds `instance` to each event, as a member of this name, unless it has one. Without it no byte is changed.',
    ),
}

const auditLogInput = settings({
  format: z.literal('audit-log').describe('Lines of an audit log: the event stands in `message`.'),
  ...inputBasics,
  defaultTopic: label('a topic').optional().describe('For lines that name no topic.'),
  routingKey: routingKey
    .prefault({ pointer: '/routingKey' })
    .describe('Where the routing key stands in `message`; without it there, the event has none.'),
  mdc: flag().default(false).describe('Adds the member `mdc` of the line to the event, unless it has one.'),
  callTime: flag().default(false).describe('Adds the member `callTime` of the line.'),
  timestamp: flag()
    .default(false)
    .describe(
      'Adds the member `timestamp` of the line: for events of long ago, the time when they happened.',
    ),
})

const ndjsonInput = settings({
  format: z.literal('ndjson').describe('Each line is an event.'),
  ...inputBasics,
  topic: topicSource.describe('Of each event: always the same, or a place in it.'),
  routingKey: routingKey.default('none').describe('Of each event, or none.'),
})

const filter = {
  name: text('a name')
    .optional()
    .describe(
      'Names the folder of the spool: it must stay. Default: the type. Needed when there are several targets of a type.',
    ),
  topics: z
    .union([z.literal('all'), z.array(label('a topic'))], { error: 'must be all, or a list of topics.' })
    .optional()
    .describe('`all` (default), or a list; `*` stands for any characters.'),
  routingKeys: z
    .union([z.literal('all'), z.array(label('a routing key').nullable())], {
      error: 'must be all, or a list of routing keys, in which null means "none".',
    })
    .optional()
    .describe('`all` (default), or a list; `null` in it means "no routing key".'),
}

const eventServerTarget = settings({
  type: z.literal('event-server').describe('Sends events to an event server, by way of a spool on disk.'),
  ...filter,
  url: z
    .union([text('a URL'), list(text('a URL'), 'URLs')], { error: 'must be a URL, or a list of URLs.' })
    .describe('Several: the first one is preferred, the others are used while it fails.'),
  routingKeyMode: z
    .union([z.enum(['fromMessage', 'instance']), settings({ fixed: label('a routing key') })], {
      error: 'must be fromMessage, instance or { fixed: … }.',
    })
    .optional()
    .describe('The routing key that the server gets: `fromMessage` (default), `instance` or `{ fixed: … }`.'),
  instanceField: text('the name of a member')
    .optional()
    .describe('Adds `instance` to each event of this target, as its first member.'),
  key: text('a key')
    .optional()
    .meta({ title: 'secret' })
    .describe('Presented as `Authorization: Bearer`. `file:/path` is read again when the server refuses it.'),
  tls: settings({
    ca: text('PEM text').optional().meta({ title: 'PEM text or `file:`' }).describe('Certificates to trust.'),
    cert: text('PEM text')
      .optional()
      .meta({ title: 'PEM text or `file:`' })
      .describe('Certificate of this node.'),
    key: text('PEM text').optional().meta({ title: 'secret' }).describe('Its key.'),
    passphrase: text('a passphrase').optional().meta({ title: 'secret' }).describe('Of the key.'),
  }).optional(),
  trustAllCertificates: flag()
    .optional()
    .describe('True: the server may be anybody. Only for trying things out.'),
  compression: choice('auto', 'zstd', 'gzip', 'identity').optional().describe('Default `auto`.'),
  spool: settings({
    bytesMax: size().optional().describe('On disk and in memory together. Default 1 GiB.'),
    memoryBytesMax: size().optional().describe('Waiting in memory for the disk. Default 16 MiB.'),
    freeBytesMin: size().optional().describe('Left free on the disk. Default 64 MiB.'),
    whenFull: choice('refuseNewest', 'dropOldest')
      .optional()
      .describe('`refuseNewest` (default): reading waits. `dropOldest`: the server sees a gap.'),
  }).optional(),
  batch: settings({
    bytesMax: size().optional().describe('Of one request, before compression. Default 1 MiB.'),
    eventsMax: wholeNumber().optional().describe('Default 5,000.'),
    waitMs: duration().optional().describe('A batch that is not full waits so long for more. Default 100.'),
  }).optional(),
  connectTimeoutMs: duration().optional().describe('Default 10 s.'),
  answerTimeoutMs: duration().optional().describe('Default 60 s.'),
  failoverAfter: wholeNumber()
    .optional()
    .describe('Attempts that fail before another server is tried. Default 3.'),
  uncertainForMs: duration()
    .optional()
    .describe(
      'Events that a server may have are repeated to it for so long before they go to another. Default 60 s.',
    ),
  returnAfterMs: duration()
    .optional()
    .describe('How often a preferred server is asked whether it is back. Default 60 s.'),
  deadLetterBytesMax: size()
    .optional()
    .describe('Bound of the file for events that the server refused. Default 64 MiB.'),
})

const fileTarget = settings({
  type: z
    .literal('file')
    .describe('Writes events to a local log file. After a crash some may stand there twice.'),
  ...filter,
  path: text('a path').describe('The newest file; older ones are `<path>.1`, `<path>.2`, …'),
  fileBytesMax: size().optional().describe('Default 100 MiB.'),
  filesKept: wholeNumber().optional().describe('Older files that are kept. Default 20.'),
  sync: z
    .union([z.enum(['eachWrite', 'never']), settings({ everyMs: duration() })], {
      error: 'must be eachWrite, never or { everyMs: … }.',
    })
    .optional()
    .describe('When lines are forced to disk. Default `{ everyMs: 1000 }`.'),
  writeEveryMs: duration().optional().describe('Lines are gathered so long. Default 100.'),
  memoryBytesMax: size().optional().describe('Waiting in memory for the disk. Default 16 MiB.'),
})

const documentedTarget = settings({
  type: z.literal('EVENT_SERVER').describe('The documented JSON of an audit target, as it is.'),
  name: filter.name,
  url: text('a URL').describe('Address of the event server.'),
  routingKeyMode: choice('FROM_MESSAGE').optional().describe('The only one that is known.'),
  topicsFiltering: choice('ALL', 'SELECTED').optional().describe('Default `ALL`.'),
  topics: z.array(z.string()).optional().describe('Used with `SELECTED`.'),
  routingKeysFiltering: choice('ALL', 'SELECTED').optional().describe('Default `ALL`.'),
  routingKeys: z.array(z.string()).optional().describe('Used with `SELECTED`.'),
  authKey: text('a key')
    .optional()
    .meta({ title: 'secret' })
    .describe('Presented as `Authorization: Bearer`.'),
  trustAllCertificates: flag().optional().describe('True: the server may be anybody.'),
})

export const configSchema = settings({
  instance: text('the name of the node')
    .optional()
    .describe('Name of this node: part of the name under which event servers know it.'),
  stateDir: text('the path of a folder').describe(
    'For places, spools and dead letters; made when missing. Each agent needs its own.',
  ),
  inputs: list(
    z.discriminatedUnion('format', [auditLogInput, ndjsonInput], {
      error: ({ code }) =>
        code === 'invalid_union' ? 'must be audit-log or ndjson.' : 'must hold settings.',
    }),
    'inputs',
  ).describe('Logs to follow. Each goes on by itself; the files of one are read one after the other.'),
  targets: list(
    z.discriminatedUnion('type', [eventServerTarget, documentedTarget, fileTarget], {
      error: ({ code }) =>
        code === 'invalid_union' ? 'must be event-server, EVENT_SERVER or file.' : 'must hold settings.',
    }),
    'targets',
  ).describe('Where events go.'),
  pollEveryMs: duration().prefault('250ms').describe('How often the files are looked at.'),
  lineBytesMax: size().prefault('16MiB').describe('A longer line is a dead letter, without its content.'),
  deadLetterBytesMax: size().prefault('64MiB').describe('When the dead-letter file is full, reading waits.'),
  closeWithinMs: duration()
    .prefault('10s')
    .describe('How long a stop waits for events to arrive. What has not arrived stays in the spool.'),
})

export type Settings = z.output<typeof configSchema>
