import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'

const pollEveryMs = 50
const upWithinMs = 60_000
const downWithinMs = 15_000

export interface StoreProcessOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** File that takes what the process prints; shown when the process does not come up. */
  readonly logFile: string
  /** How the process is ended: SIGKILL, unless the store keeps what it acknowledged only when it is asked to end. */
  readonly endSignal?: NodeJS.Signals
  /** Whether the store takes requests. A failure counts as no. */
  isUp(): Promise<boolean>
}

/** A process of a store; it is ended by its id. */
export interface StoreProcess {
  down(): Promise<void>
  up(): Promise<void>
}

/** Starts a process and waits until the store takes requests. It ends with this process, however that ends. */
export async function startStoreProcess(options: StoreProcessOptions): Promise<StoreProcess> {
  let running: { kill(signal: NodeJS.Signals): void; readonly ended: Promise<void> } | undefined

  const down = async (signal = options.endSignal ?? 'SIGKILL'): Promise<void> => {
    if (running === undefined) return
    const { kill, ended } = running
    kill(signal)
    const timer = setTimeout(() => kill('SIGKILL'), downWithinMs)
    await ended
    clearTimeout(timer)
  }

  const up = async (): Promise<void> => {
    if (running !== undefined) throw new Error(`${options.command} runs already`)
    const log = openSync(options.logFile, 'a')
    const child = spawn(...withParent(options.command, options.args), {
      stdio: ['ignore', log, log],
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined, ...options.env },
    })
    closeSync(log)
    const killAtExit = (): void => void child.kill('SIGKILL')
    process.once('exit', killAtExit)
    let failure: string | undefined
    const ended = new Promise<void>((resolve) => {
      const end = (reason: string): void => {
        failure = reason
        running = undefined
        process.off('exit', killAtExit)
        resolve()
      }
      child.once('error', ({ message }) => end(message))
      child.once('exit', (code, signal) => end(`it ended with ${code ?? signal}`))
    })
    running = { kill: (signal) => void child.kill(signal), ended }
    const deadline = Date.now() + upWithinMs
    while (!(await options.isUp().catch(() => false))) {
      if (failure === undefined && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, pollEveryMs))
        continue
      }
      await down('SIGKILL')
      const why = failure ?? `it took no requests within ${upWithinMs / 1000} s`
      throw new Error(`${options.command} did not start: ${why}\n${readFileSync(options.logFile, 'utf8')}`)
    }
  }

  await up()
  return { down: () => down(), up }
}

/** Whether a server answers, at this address, that it is well. */
export async function isAnswering(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) })
  await response.arrayBuffer()
  return response.status < 500
}

/** On Linux the system ends the process when this one is killed; elsewhere that takes a normal exit. */
function withParent(command: string, args: readonly string[]): [command: string, args: readonly string[]] {
  if (process.platform !== 'linux') return [command, args]
  return ['setpriv', ['--pdeathsig', 'KILL', command, ...args]]
}
