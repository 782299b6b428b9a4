import { Command } from 'commander'
import { describeNetworkError } from 'hansard-dispatcher/sending'
import { systemClock } from 'hansard-journal'
import type { SourceStatus } from '../observe/sources.ts'
import { parseServerUrl } from './sender/option-values.ts'
import { formatSources } from './sources/format-sources.ts'

const helpText = `
A source is a sender that numbers its events (headers Event-Source and Event-Sequence), so the server knows what it
has of it: the number that it expects next, the events that never arrived, and those that came twice and were
dropped. Duplicates and clock are known since the server started, all else since the source first sent.

CLOCK tells how far the clock of the sender is ahead (+) or behind (-), if its requests have a Date header.

Exit codes:
  0 printed   1 the server could not be asked   2 wrong command line

Examples:
  $ hansard sources
  $ hansard sources --admin-url http://10.0.0.5:9998
  $ hansard sources --json`

const answerWithinMs = 30_000

interface SourcesFlags {
  readonly adminUrl: URL
  readonly json?: true
}

/** `hansard sources`: what the server knows of each sender that numbers its events. */
export function makeSourcesCommand(): Command {
  return new Command('sources')
    .description('show who sends: last seen, what is missing, what came twice')
    .option(
      '--admin-url <url>',
      'address of the admin port of the server',
      parseServerUrl,
      new URL('http://127.0.0.1:9998'),
    )
    .option('--json', 'print the answer of the server, JSON')
    .addHelpText('after', helpText)
    .action(async ({ adminUrl, json }: SourcesFlags, command: Command) => {
      const { writeOut, writeErr } = command.configureOutput()
      const answer = await readSources(adminUrl)
      if (answer.fault !== undefined) {
        writeErr?.(`hansard sources: ${answer.fault} Give the address of the admin port with --admin-url.\n`)
        process.exitCode = 1
        return
      }
      writeOut?.(json === true ? answer.text : formatSources(answer.sources, systemClock.readNow()))
    })
}

type Answer =
  | { readonly fault?: undefined; readonly text: string; readonly sources: SourceStatus[] }
  | { readonly fault: string }

async function readSources(adminUrl: URL): Promise<Answer> {
  const url = `${adminUrl.href.replace(/\/+$/, '')}/sources`
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) })
    const text = await response.text()
    const sources = response.ok ? parseRows(text) : undefined
    if (sources !== undefined) return { text, sources }
    return { fault: `${url} answers ${response.status}, but not with sources.` }
  } catch (error) {
    // What fetch throws says nothing; its cause does.
    const cause = error instanceof Error ? (error.cause ?? error) : error
    return { fault: `${url} cannot be read. ${describeNetworkError(cause)}` }
  }
}

function parseRows(text: string): SourceStatus[] | undefined {
  try {
    const rows: unknown = JSON.parse(text)
    return Array.isArray(rows) ? rows : undefined
  } catch {
    return undefined
  }
}
