import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { openNodeDoors, parseDocumentedTarget } from 'hansard-dispatcher'
import { openNodeDisk } from 'hansard-journal'
import { type AgentConfig, loadConfig } from '../config/load-config.ts'
import { findFiles } from '../follow/find-files.ts'
import { placesFileName, readBook } from '../follow/place-book.ts'
import { reportFailure } from './report-failure.ts'
import { defaultConfigFile } from './run.ts'

/** `hansard-agent check`: is the configuration good, which files match, do the servers answer? */
export function makeCheckCommand(): Command {
  return new Command('check')
    .description('check the configuration, show which files match, and ask the event servers')
    .option('-c, --config <file>', 'configuration', defaultConfigFile)
    .addHelpText(
      'after',
      `
Nothing is changed and no event is sent; the agent may run meanwhile.

Exit codes:
  0 all is well   1 a fault in the configuration, an input without files, or a server that is not ready
  2 wrong command line`,
    )
    .action(check)
}

async function check({ config: file }: { config: string }): Promise<void> {
  try {
    const config = await loadConfig(file)
    process.stdout.write(`${file} is valid.\n`)
    const haveFiles = await showInputs(config)
    const areReady = await showServers(config)
    process.exitCode = haveFiles && areReady ? 0 : 1
  } catch (error) {
    reportFailure(error)
  }
}

async function showInputs({ inputs, stateDir }: AgentConfig): Promise<boolean> {
  const saved = await readBook(openNodeDisk(), `${stateDir}/${placesFileName}`)
  let haveFiles = true
  for (const { name, format, paths } of inputs) {
    const files = await findFiles(paths)
    process.stdout.write(`\nInput ${name} (${format}): ${paths.join(', ')}\n`)
    if (files.length === 0) {
      haveFiles = false
      process.stdout.write('  No file matches. Check the paths, and the rights of this user.\n')
    }
    for (const { path, size, inode } of files) {
      const stream = saved?.streams.find((one) => one.input === name && one.inode === inode)
      const state = stream === undefined ? 'not read yet' : `read up to ${stream.place.offset}`
      process.stdout.write(`  ${path}  ${size} bytes, ${state}\n`)
    }
  }
  return haveFiles
}

async function showServers({ targets }: AgentConfig): Promise<boolean> {
  process.stdout.write('\n')
  let areReady = true
  for (const given of targets) {
    const target = given.type === 'EVENT_SERVER' ? parseDocumentedTarget(given) : given
    if (target.type === 'file') continue
    for (const url of typeof target.url === 'string' ? [target.url] : target.url) {
      const answer = await askServer(url, target.trustAllCertificates === true, target.tls)
      if (answer !== undefined) areReady = false
      process.stdout.write(`Server ${url}: ${answer ?? 'ready'}\n`)
    }
  }
  return areReady
}

/** Undefined if it is ready, else what is wrong. */
async function askServer(
  url: string,
  trustAllCertificates: boolean,
  tls: {
    readonly ca?: string | undefined
    readonly cert?: string | undefined
    readonly key?: string | undefined
  } = {},
): Promise<string | undefined> {
  const pem = async (text: string | undefined): Promise<string | undefined> =>
    text?.startsWith('file:') === true ? await readFile(text.slice('file:'.length), 'utf8') : text
  const options = { ca: await pem(tls.ca), cert: await pem(tls.cert), key: await pem(tls.key) }
  const http = openNodeDoors().openHttp({
    connectTimeoutMs: 5000,
    answerTimeoutMs: 5000,
    tls: { ...options, trustAllCertificates },
  })
  try {
    const { status } = await http.ask({
      ...{ method: 'GET', url, path: '/readyz', headers: {}, body: new Uint8Array() },
      signal: AbortSignal.timeout(10_000),
    })
    return status === 200
      ? undefined
      : `answers ${status} to GET /readyz, which a ready server answers with 200.`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    http.close()
  }
}
