import type { LoadMessage, LoadPlan } from './load-plan.ts'
import { runLoad } from './run-load.ts'

/** The process of the load generator: the plan is its argument, messages go to the bench. */
const plan = JSON.parse(process.argv[2] ?? '{}') as LoadPlan
const tell = (message: LoadMessage): void => {
  process.send?.(message)
}
tell({ kind: 'done', result: await runLoad(plan, tell) })
process.disconnect()
