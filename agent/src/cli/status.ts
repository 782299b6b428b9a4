import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { hasErrorCode, openNodeDisk } from 'hansard-journal'
import { type AgentStats, statusFileName } from '../agent.ts'
import { loadConfig } from '../config/load-config.ts'
import { statFile } from '../follow/find-files.ts'
import { placesFileName, readBook, type SavedBook } from '../follow/place-book.ts'
import { reportFailure } from './report-failure.ts'
import { defaultConfigFile } from './run.ts'

interface StatusFlags {
  readonly config: string
  readonly json?: true
}

interface FileStatus {
  readonly input: string
  readonly path: string
  readonly offset: number
  /** Null when the file is not there any more. */
  readonly size: number | null
  /** Bytes that are not read; of a compressed file 0 or null: unknown. */
  readonly unreadBytes: number | null
}

interface SavedStatus {
  /** ms since 1970 */
  readonly at: number
  readonly pid: number
  readonly stats: AgentStats
}

/** `hansard-agent status`: how far the agent came, from its state folder. */
export function makeStatusCommand(): Command {
  return new Command('status')
    .description('show how far each log was read, and what waits in the spools')
    .option('-c, --config <file>', 'configuration', defaultConfigFile)
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
Reads the state folder, which a running agent renews every second while something changes.

Exit codes:
  0 shown   1 the configuration or the state folder cannot be read   2 wrong command line`,
    )
    .action(showStatus)
}

async function showStatus({ config: file, json }: StatusFlags): Promise<void> {
  try {
    const { stateDir } = await loadConfig(file)
    const book = await readBook(openNodeDisk(), join(stateDir, placesFileName))
    const files = await Promise.all((book?.streams ?? []).filter(isThere).map(readFileStatus))
    const status = await readStatus(join(stateDir, statusFileName))
    const text = json === true ? JSON.stringify({ files, status }, null, 2) : format(files, status)
    process.stdout.write(`${text}\n`)
  } catch (error) {
    reportFailure(error)
  }
}

type SavedStream = SavedBook['streams'][number]

function isThere({ inode, isOld }: SavedStream): boolean {
  return inode !== null && !isOld
}

async function readFileStatus({ input, path, inode, place }: SavedStream): Promise<FileStatus> {
  const found = await statFile(path)
  const { offset, end } = place
  const file = { input, path, offset }
  if (found === undefined || found.inode !== inode) return { ...file, size: null, unreadBytes: null }
  const isRead = end !== null && end.size === found.size && end.mtimeMs === found.mtimeMs
  const unreadBytes = isRead ? 0 : found.size < offset ? null : found.size - offset
  return { ...file, size: found.size, unreadBytes }
}

async function readStatus(path: string): Promise<SavedStatus | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as SavedStatus
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null
    throw error
  }
}

function format(files: readonly FileStatus[], status: SavedStatus | null): string {
  const lines = files.map(({ input, path, offset, size, unreadBytes }) => {
    const rest =
      size === null ? 'not there any more' : unreadBytes === null ? 'unknown' : `${unreadBytes} unread`
    return `${input}  ${path}  read up to ${offset}, ${rest}`
  })
  if (lines.length === 0) lines.push('No log was read yet.')
  if (status === null) return lines.join('\n')
  const { inputs, dispatcher } = status.stats
  lines.push('', `At ${new Date(status.at).toISOString()}, since the start of process ${status.pid}:`)
  for (const [name, { events, filtered, malformed, waitsFor }] of Object.entries(inputs)) {
    const waits = waitsFor.length === 0 ? '' : `; waits for room in ${waitsFor.join(', ')}`
    lines.push(
      `Input ${name}: ${events} events, ${filtered} wanted by no target, ${malformed} malformed${waits}`,
    )
  }
  for (const [name, target] of Object.entries(dispatcher.targets)) {
    const trouble = target.trouble === undefined ? '' : `; ${target.trouble.reason}`
    if (target.type === 'file') lines.push(`Target ${name}: ${target.written} written${trouble}`)
    else {
      const { acknowledged, spooled, spoolBytes, deadLetters, url } = target
      const counts = `${acknowledged} acknowledged, ${spooled} in the spool (${spoolBytes} bytes), ${deadLetters} dead letters`
      lines.push(`Target ${name}: ${url}, ${counts}${trouble}`)
    }
  }
  return lines.join('\n')
}
