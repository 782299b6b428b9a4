import { Command } from 'commander'
import { systemClock, systemRandom } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import { type DemoReport, formatDemoReport, makeDemoReport } from './demo-events/demo-report.ts'
import { type DemoTally, openDemoTally } from './demo-events/demo-tally.ts'
import { runDemo } from './demo-events/run-demo.ts'
import { keyOption, parseKeyFile, readKeyHeaders } from './sender/key-option.ts'
import { listenForStop } from './sender/listen-for-stop.ts'
import { openLiveLine } from './sender/live-line.ts'
import { makeCountParser, parseSeconds, parseServerUrl } from './sender/option-values.ts'

const helpText = `
Three imaginary nodes (design, automation, api) send invented audit events of all topics: logins, jobs,
predictions, compute usage, refusals. Each node has its own connection and keeps a batch until the server has
acknowledged it. Kill the server in the middle and start it again: the demo goes on, and no event is stored twice.

Ctrl-C stops making events and waits for the answers that are missing; a second Ctrl-C gives up.

Examples:
  $ hansard demo                            2,000 events/s for 30 seconds
  $ hansard demo --rate 20000 --seconds 60  a busier platform
  $ hansard demo --seed 7 --json            other events; the result as JSON

Exit codes:
  0  every event that was sent was acknowledged
  1  the server did not answer in time, or the demo was interrupted twice
  2  the command line is not valid
  3  the server refused events for good`

interface DemoFlags {
  readonly url: URL
  readonly key?: string
  readonly rate: number
  readonly seconds: number
  readonly seed: number
  readonly giveUpAfter: number
  readonly json?: true
}

/** `hansard demo`: shows a server at work. */
export function makeDemoCommand(): Command {
  return new Command('demo')
    .description('send invented audit events of three imaginary nodes to a server')
    .option('--url <url>', 'address of the server', parseServerUrl, new URL('http://127.0.0.1:9999'))
    .option(...keyOption, parseKeyFile)
    .option('--rate <events>', 'events in a second, of all nodes', makeCountParser(1, 1_000_000), 2_000)
    .option('--seconds <seconds>', 'how long to make events', parseSeconds, 30)
    .option('--seed <number>', 'another seed makes other events', makeCountParser(0, 2 ** 31 - 1), 1)
    .option('--give-up-after <seconds>', 'how long to repeat a batch that is not answered', parseSeconds, 300)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', helpText)
    .action(async (flags: DemoFlags) => {
      try {
        const report = await demonstrate(flags)
        console.log(flags.json ? JSON.stringify(report, undefined, 2) : formatDemoReport(report))
        process.exitCode = report.faults.some(({ refused }) => refused)
          ? 3
          : report.unacknowledged > 0
            ? 1
            : 0
      } catch (error) {
        if (!(error instanceof HansardError)) throw error
        process.stderr.write(`hansard demo: ${error.message}\n`)
        process.exitCode = 1
      }
    })
}

async function demonstrate(flags: DemoFlags): Promise<DemoReport> {
  const headers = await readKeyHeaders(flags.key)
  const options = { ...flags, headers, giveUpAfterMs: flags.giveUpAfter * 1000 }
  const tally = openDemoTally()
  const startAt = performance.now()
  const stopping = listenForStop('Waiting for the missing answers. Ctrl-C again gives up.')
  const live = openLiveLine(makeStatus(tally, startAt))
  try {
    const doors = { clock: systemClock, random: systemRandom }
    const end = await runDemo(options, tally, doors, stopping.stop, stopping.abandon)
    return makeDemoReport(options, tally, end, Math.round(performance.now() - startAt))
  } finally {
    live.close()
    stopping.close()
  }
}

/** The text of the live line: the rate since it was last asked, and the sums. */
function makeStatus(tally: DemoTally, startAt: number): () => string {
  let lastAt = startAt
  let lastCount = 0
  return () => {
    const now = performance.now()
    const { acknowledged, sent } = tally.total
    const rate = ((acknowledged - lastCount) * 1000) / Math.max(now - lastAt, 1)
    lastAt = now
    lastCount = acknowledged
    const parts = [
      `${((now - startAt) / 1000).toFixed(0).padStart(4)} s`,
      `${formatCount(rate)} events/s`,
      `acknowledged ${formatCount(acknowledged)}`,
      `waiting ${formatCount(sent - acknowledged)}`,
      `repeated ${formatCount(tally.retries)}`,
    ]
    return parts.join('  ') + (tally.trouble === undefined ? '' : `  ${tally.trouble}`)
  }
}

function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}
