import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  appendFile,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { openRandom, type SeededRandom } from '../kit/random.ts'
import { startServer } from '../kit/server-process.ts'
import { openAgentProcess } from './agent-process.ts'
import { checkStore } from './check-store.ts'
import { makeDataDir } from './data-dir.ts'
import { lastFirst } from './last-first.ts'
import { waitFor } from './wait-for.ts'

/** HANSARD_KILL_SEED repeats the chance of a run, HANSARD_KILL_ROUNDS asks for more rounds. */
const seed = Number(process.env.HANSARD_KILL_SEED ?? Date.now() % 1_000_000)
const rounds = Number(process.env.HANSARD_KILL_ROUNDS ?? 6)

it(`a log that is rotated while agent and server are killed is stored once, seed ${seed}`, async (t) => {
  const random = openRandom(seed)
  const scope = lastFirst(t)
  const dataDir = await makeDataDir(scope)
  const home = dirname(dataDir)
  const logs = join(home, 'logs')
  await mkdir(logs)
  const serverConfig = join(home, 'hansard.yaml')
  await writeFile(
    serverConfig,
    `
connections: { local: { type: filesystem, root: ./events } }
destinations: { everything: { connection: local, flush: { every: 200ms } } }
log: { level: error }
`,
  )
  const server = await startServer(scope, { dataDir, args: ['--config', serverConfig] })
  const agentConfig = join(home, 'agent.yaml')
  const state = join(home, 'state')
  await writeFile(
    agentConfig,
    JSON.stringify({
      instance: 'design-1',
      stateDir: state,
      pollEveryMs: 20,
      inputs: [
        { format: 'audit-log', paths: [`${logs}/audit.log*`], routingKey: { pointer: '/deployment' } },
      ],
      targets: [{ type: 'event-server', url: server.url, batch: { waitMs: 10 } }],
    }),
  )
  const agent = openAgentProcess(scope, agentConfig)
  agent.start()

  const writer = new LogWriter(logs, random.fork())
  const stop = new AbortController()
  const writing = writer.run(stop.signal)
  await Promise.race([killManyTimes(), writing])
  stop.abort()
  await writing

  const hasArrived = async (): Promise<boolean> => {
    const status = await readFile(join(state, 'status.json'), 'utf8').catch(() => undefined)
    if (status === undefined) return false
    const { stats } = JSON.parse(status)
    const { unreadBytes } = stats.inputs['audit-log']
    const { spooled, inMemory } = stats.dispatcher.targets['event-server']
    const places = JSON.parse(await readFile(join(state, 'places.json'), 'utf8'))
    const newest = places.streams.find(
      (stream: { path: string; inode: string | null }) =>
        stream.inode !== null && stream.path.endsWith('/audit.log'),
    )
    const { size } = await stat(join(logs, 'audit.log'))
    return unreadBytes + spooled + inMemory === 0 && newest?.place.offset === size
  }
  await waitFor('all has arrived', hasArrived, 30_000).catch((cause) => {
    const places = readFileSync(join(state, 'places.json'), 'utf8')
    const status = readFileSync(join(state, 'status.json'), 'utf8')
    throw new Error(`not all has arrived:\n${agent.output}\n${places}\n${status}`, { cause })
  })
  assert.deepEqual(await agent.kill('SIGTERM'), { code: 0, signal: null })
  assert.deepEqual(await server.kill('SIGTERM'), { code: 0, signal: null })

  const found = new Map<string, number>()
  await checkStore(join(home, 'events'), (_destination, _part, lines) => {
    for (const line of lines) {
      const event = /^\{"clientEvent":(.*),"origAddress":/.exec(line)![1]!
      found.set(event, (found.get(event) ?? 0) + 1)
    }
  })
  const missing = writer.events.filter((event) => !found.has(event))
  assert.deepEqual(missing, [], `lost ${missing.length}, seed ${seed}\n${agent.output}`)
  const twice = [...found].filter(([, count]) => count !== 1)
  assert.deepEqual(twice, [], `stored twice, seed ${seed}\n${agent.output}`)
  assert.equal(found.size, writer.events.length)
  const letters = await readFile(join(state, 'dead-letters.jsonl'), 'utf8').catch(() => '')
  assert.equal(letters, '', 'no line was malformed')
  t.diagnostic(`${found.size} events, ${writer.rotations} rotations, ${rounds} rounds, seed ${seed}`)

  async function killManyTimes(): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await sleep(100 + random.nextInteger(500))
      const both = random.chance(0.3)
      if (both || random.chance(0.6)) {
        await agent.kill('SIGKILL')
        await sleep(random.nextInteger(100))
        agent.start()
      }
      if (both || random.chance(0.4)) {
        await server.kill('SIGKILL')
        await server.restart()
      }
    }
  }
})

/** Writes an audit log as a node does, and rotates it in every way that is known. */
class LogWriter {
  readonly events: string[] = []
  rotations = 0
  readonly #folder: string
  readonly #path: string
  readonly #random: SeededRandom

  constructor(folder: string, random: SeededRandom) {
    this.#folder = folder
    this.#path = join(folder, 'audit.log')
    this.#random = random
  }

  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const text = Array.from({ length: 1 + this.#random.nextInteger(40) }, () => this.#makeLine()).join('')
      const at = this.#random.nextInteger(text.length)
      await appendFile(this.#path, text.slice(0, at))
      await appendFile(this.#path, text.slice(at))
      await sleep(this.#random.nextInteger(8))
      if (this.#random.chance(0.04)) await this.#rotate()
    }
    // A rotation may have been the last that was done.
    await appendFile(this.#path, this.#makeLine())
  }

  #makeLine(): string {
    const n = this.events.length
    const event = `{"msgType":"prediction-query", "n":${n}, "value":1.0e2,"deployment":"churn-${n % 3}"}`
    this.events.push(event)
    const topic = n % 2 === 0 ? '"topic":"apinode-query",' : ''
    return `{"severity":"INFO","logger":"dku.audit.generic",${topic}"message":${event},"mdc":{"user":"a"},"callTime":9,"timestamp":"2026-02-19T16:05:02.441+0100"}\n`
  }

  async #rotate(): Promise<void> {
    this.rotations++
    const names = (await readdir(this.#folder)).filter((name) => name !== 'audit.log')
    const numberOf = (name: string): number => Number(/\d+/.exec(name)![0])
    for (const name of names.sort((one, other) => numberOf(other) - numberOf(one))) {
      const next = name.replace(/\d+/, String(numberOf(name) + 1))
      await rename(join(this.#folder, name), join(this.#folder, next))
    }
    const first = `${this.#path}.1`
    if (this.#random.chance(0.5)) await rename(this.#path, first)
    else {
      await copyFile(this.#path, first)
      await truncate(this.#path)
    }
    if (this.#random.chance(0.3)) await this.#compress(first)
  }

  async #compress(path: string): Promise<void> {
    const { atime, mtime } = await stat(path)
    await writeFile(`${path}.gz`, gzipSync(await readFile(path)))
    await utimes(`${path}.gz`, atime, mtime)
    await rm(path)
  }
}
