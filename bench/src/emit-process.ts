import type { EmitPlan } from './emit-plan.ts'
import { runEmit } from './run-emit.ts'

/** The process of an application that emits: the plan is its argument, the result goes to the bench. */
const plan = JSON.parse(process.argv[2] ?? '{}') as EmitPlan
process.send?.(await runEmit(plan))
process.disconnect()
