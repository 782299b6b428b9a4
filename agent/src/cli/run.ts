import { Command } from 'commander'
import { type Agent, openAgent } from '../agent.ts'
import { loadConfig } from '../config/load-config.ts'
import { type Log, openLog } from '../log.ts'
import { version } from '../version.ts'
import { reportFailure } from './report-failure.ts'

export const defaultConfigFile = 'agent.yaml'

/** `hansard-agent run`: follow logs until told to stop. */
export function makeRunCommand(): Command {
  return new Command('run')
    .description('follow the logs and forward their events, until it is told to stop')
    .option('-c, --config <file>', 'configuration', defaultConfigFile)
    .addHelpText(
      'after',
      `
The log stands on stderr, a line of JSON for each thing that happens.

Signals:
  SIGTERM, SIGINT  take no more lines, send what is on its way, end with 0; again: end at once

Exit codes:
  0 stopped as asked   1 could not start, or did not stop cleanly   2 wrong command line

Examples:
  hansard-agent run --config /etc/hansard/agent.yaml`,
    )
    .action(run)
}

async function run({ config: file }: { config: string }): Promise<void> {
  const log = openLog(
    (line) => process.stderr.write(line),
    () => Date.now(),
  )
  try {
    const config = await loadConfig(file)
    const agent = await openAgent({ config, log })
    const { stateDir, instance, closeWithinMs } = config
    stopAtSignal(agent, log, closeWithinMs)
    agent.follow()
    log.info('The agent follows its inputs', {
      ...{ version, stateDir, instance, config: file },
      inputs: config.inputs.map(({ name }) => name),
    })
  } catch (error) {
    reportFailure(error)
    process.exit(1)
  }
}

function stopAtSignal(agent: Agent, log: Log, withinMs: number): void {
  let isStopping = false
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(1)
    isStopping = true
    log.info('Stopping: sending what is on its way', { signal })
    agent.close(withinMs).then(
      ({ waiting }) => {
        log.info('Stopped', { waiting })
        process.exit(0)
      },
      (error: unknown) => {
        log.error('The agent did not stop cleanly; its state is as after a crash', { reason: String(error) })
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
