import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LoadMessage, LoadPlan, LoadResult } from './load-plan.ts'

const loadProcess = fileURLToPath(new URL('./load-process.ts', import.meta.url))

export interface LoadWatcher {
  /** The measured time begins. */
  onMeasuring?(): void
  /** The measured time is over. */
  onMeasured?(): void
}

/** Runs the load generator in a process of its own, so that it does not share the event loop with the bench. */
export function spawnLoad(plan: LoadPlan, watcher: LoadWatcher = {}): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = fork(loadProcess, [JSON.stringify(plan)], { execArgv: ['--conditions=hansard-source'] })
    const killWithBench = (): void => void child.kill('SIGKILL')
    process.once('exit', killWithBench)
    let result: LoadResult | undefined
    child.on('message', (message: LoadMessage) => {
      if (message.kind === 'measuring') watcher.onMeasuring?.()
      else if (message.kind === 'measured') watcher.onMeasured?.()
      else result = message.result
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      process.off('exit', killWithBench)
      if (result !== undefined && code === 0) resolve(result)
      else reject(new Error(`The load generator ended with code ${code} before it was done.`))
    })
  })
}
