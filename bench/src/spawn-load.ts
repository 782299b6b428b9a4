import type { LoadMessage, LoadPlan, LoadResult } from './load-plan.ts'
import { spawnWorker } from './spawn-worker.ts'

const loadProcess = new URL('./load-process.ts', import.meta.url)

export interface LoadWatcher {
  /** The measured time begins. */
  onMeasuring?(): void
  /** The measured time is over. */
  onMeasured?(): void
}

/** Runs the load generator in a process of its own. */
export async function spawnLoad(plan: LoadPlan, watcher: LoadWatcher = {}): Promise<LoadResult> {
  let result: LoadResult | undefined
  await spawnWorker<LoadMessage>(loadProcess, plan, (message) => {
    if (message.kind === 'measuring') watcher.onMeasuring?.()
    else if (message.kind === 'measured') watcher.onMeasured?.()
    else result = message.result
  })
  return result!
}
