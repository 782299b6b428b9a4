import { Command } from 'commander'
import { decodeEventsMeta, type Frame, openNodeDisk, readLane, type SegmentReport } from 'hansard-journal'
import { decodeSettingsRecord } from '../delivery/settings-record.ts'

interface InspectOptions {
  readonly json?: true
  readonly frames?: true
  readonly events?: true
}

export function makeJournalCommand(): Command {
  const inspect = new Command('inspect')
    .description('print what a journal holds; reads only, also beside a running server')
    .argument('<folder>', 'folder of the journal, such as hansard-data/journal, or the data directory')
    .option('--frames', 'one line for each frame')
    .option('--events', 'the events too')
    .option('--json', 'JSON, one value a line')
    .addHelpText(
      'after',
      `
Exit codes:
  0 whole   1 damaged, or not a journal   2 wrong command line

Examples:
  hansard journal inspect hansard-data
  hansard journal inspect hansard-data --frames | tail
  hansard journal inspect hansard-data --events --json | head -1`,
    )
    .action(inspectJournal)
  return new Command('journal').description('look at the journal').addCommand(inspect)
}

async function inspectJournal(folder: string, options: InspectOptions): Promise<void> {
  const print = (line: string): boolean => process.stdout.write(`${line}\n`)
  let segments = 0
  let isWhole = true
  try {
    for await (const found of readLane(openNodeDisk(), folder)) {
      if ('frame' in found) {
        if (options.frames === true || options.events === true) {
          for (const line of describeFrame(found.frame, options)) print(line)
        }
        continue
      }
      segments++
      isWhole &&= found.fault === undefined
      print(options.json === true ? JSON.stringify(found) : describeSegment(found, segments === 1))
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
    return
  }
  if (segments === 0 && options.json !== true) print('The journal is empty.')
  if (!isWhole) process.exitCode = 1
}

const columns = [32, 18, 18, 12, 10, 10] as const

function describeSegment(report: SegmentReport, isFirst: boolean): string {
  const row = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(columns[0]) : cell.padStart(columns[index] ?? 0)))
      .join(' ')
  const head = row(['segment', 'first position', 'end position', 'bytes', 'frames', 'control'])
  const line = row([
    report.name.replace('.segment', ''),
    String(report.basePosition),
    String(report.endPosition),
    String(report.bytes),
    String(report.eventFrames),
    String(report.controlFrames),
  ])
  const fault = report.fault === undefined ? '' : `\n  ${report.fault}`
  return `${isFirst ? `lane ${report.lane}, journal ${report.journalId}\n${head}\n` : ''}${line}${fault}`
}

function describeFrame(frame: Frame, options: InspectOptions): string[] {
  const { type, firstPosition, count, payloadBytes } = frame
  const appendedAt = new Date(frame.appendedAt).toISOString()
  const meta =
    type === 'events'
      ? decodeEventsMeta(frame.meta)
      : type === 'settings'
        ? decodeSettingsRecord(frame.meta)
        : {}
  const events = options.events === true ? frame.payload.toString('utf8').split('\n').slice(0, -1) : []
  if (options.json === true) {
    return [JSON.stringify({ type, firstPosition, count, appendedAt, payloadBytes, meta, events })]
  }
  const what = type === 'events' ? `${count} events, ${payloadBytes} bytes, ${describeRuns(frame)}` : ''
  return [
    `  ${String(firstPosition).padStart(16)}  ${appendedAt}  ${type.padEnd(8)} ${what}`,
    ...events.map((event) => `    ${event}`),
  ]
}

function describeRuns(frame: Frame): string {
  const { runs, origAddress, source } = decodeEventsMeta(frame.meta)
  const labels = runs
    .slice(0, 3)
    .map(([topic, routingKey]) => (routingKey === null ? topic : `${topic}/${routingKey}`))
  const more = runs.length > 3 ? `, … (${runs.length} runs)` : ''
  return `${labels.join(', ')}${more}, from ${source ?? origAddress}`
}
