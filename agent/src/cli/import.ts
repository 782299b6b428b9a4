import { Command } from 'commander'
import { systemRandom } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import { type Agent, openAgent } from '../agent.ts'
import { type AgentConfig, type InputConfig, loadConfig } from '../config/load-config.ts'
import { type ImportedFile, type ImportProgress, importFiles } from '../import-files.ts'
import { openLog } from '../log.ts'
import { openImportDisplay } from './import-display.ts'
import { reportFailure } from './report-failure.ts'
import { defaultConfigFile } from './run.ts'

interface ImportFlags {
  readonly config: string
  readonly input?: string
}

/** `hansard-agent import`: bring in logs of the past. */
export function makeImportCommand(): Command {
  return new Command('import')
    .description('read whole log files, compressed ones too, and wait until all has arrived')
    .argument('<files...>', 'the files, oldest first')
    .option('-c, --config <file>', 'configuration', defaultConfigFile)
    .option('-i, --input <name>', 'the input that says how lines are read; needed when there are several')
    .addHelpText(
      'after',
      `
A log that the agent has followed or imported before is not taken twice, also when it was renamed or compressed. An
import that was interrupted goes on where it was: give the same command again. The agent must not run meanwhile.

Signals:
  SIGTERM, SIGINT  stop reading, send what is on its way for a moment; again: end at once

Exit codes:
  0 all has arrived   1 a file could not be read, or not all has arrived yet   2 wrong command line

Examples:
  hansard-agent import /data/run/audit/audit.log.*
  hansard-agent import --input audit-log /backup/2025/*.gz`,
    )
    .action(runImport)
}

async function runImport(files: readonly string[], flags: ImportFlags): Promise<void> {
  try {
    const config = await loadConfig(flags.config)
    const input = findInput(config, flags.input)
    const progress: ImportProgress = { totalBytes: 0, doneBytes: 0, events: 0, path: undefined }
    const display = openImportDisplay(progress)
    const log = openLog(
      (line) => display.tell(line),
      () => Date.now(),
    )
    const agent = await openAgent({ config, log }).catch((error: unknown) => {
      display.close()
      throw error
    })
    const stop = stopAtSignal()
    const saving = saveNowAndThen(agent, stop)
    stop.addEventListener('abort', () => void agent.close(config.closeWithinMs))
    const options = { agent, files, progress, random: systemRandom, findInput: () => input }
    const results = await importFiles(options)
    display.noteRead()
    const hasArrived = await waitUntilArrived(agent, stop)
    clearInterval(saving)
    await agent.close(config.closeWithinMs)
    display.close()
    report(results, hasArrived, agent)
    process.exit(hasArrived && results.every(({ outcome }) => isGood(outcome)) ? 0 : 1)
  } catch (error) {
    reportFailure(error)
    process.exit(1)
  }
}

function findInput({ inputs }: AgentConfig, name: string | undefined): InputConfig {
  const known = inputs.map((input) => input.name).join(', ')
  const found =
    name === undefined && inputs.length === 1 ? inputs[0] : inputs.find((one) => one.name === name)
  if (found !== undefined) return found
  const what = name === undefined ? 'There are several inputs.' : `There is no input ${name}.`
  throw new HansardError('USAGE', `${what} Give one with --input: ${known}.`)
}

/** Aborted by the first signal; the second one ends the process. */
function stopAtSignal(): AbortSignal {
  const stop = new AbortController()
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return stop.signal
}

function saveNowAndThen(agent: Agent, stop: AbortSignal): NodeJS.Timeout {
  return setInterval(() => {
    // What fails now is saved at the end, or read again the next time.
    if (!stop.aborted) agent.save().catch(() => {})
  }, 1000)
}

async function waitUntilArrived({ dispatcher }: Agent, stop: AbortSignal): Promise<boolean> {
  for (;;) {
    const { isComplete } = await dispatcher.flush(500)
    if (isComplete || stop.aborted) return isComplete
  }
}

function isGood(outcome: ImportedFile['outcome']): boolean {
  return outcome === 'imported' || outcome === 'known'
}

function report(results: readonly ImportedFile[], hasArrived: boolean, agent: Agent): void {
  for (const { path, outcome, reason, events, filtered, malformed } of results) {
    const counts = [
      `${events} events`,
      ...(filtered > 0 ? [`${filtered} that no target wants`] : []),
      ...(malformed > 0 ? [`${malformed} malformed lines, see dead-letters.jsonl`] : []),
    ].join(', ')
    const text = {
      imported: counts,
      known: 'nothing new: it was taken before',
      stopped: `${counts}; stopped, the same command goes on`,
      failed: `failed: ${reason}`,
    }[outcome]
    process.stdout.write(`${path}: ${text}\n`)
  }
  const total = results.reduce((sum, { events }) => sum + events, 0)
  const refused = Object.values(agent.dispatcher.stats().targets).reduce(
    (sum, target) => sum + (target.type === 'event-server' ? target.deadLetters : 0),
    0,
  )
  const end = hasArrived
    ? 'All has arrived.'
    : 'Not all has arrived: the rest is in the spool, for the next run.'
  process.stdout.write(
    `${total} events in all. ${refused > 0 ? `${refused} refused by the server. ` : ''}${end}\n`,
  )
}
