import type { Clock, RandomSource } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import type { Connection } from './connection.ts'
import { openProbe, type StepOutcome } from './probe.ts'

export type CheckStepName = 'write' | 'repeat' | 'protect' | 'large' | 'read' | 'list' | 'remove' | 'clock'

/** What came out of one step. Plain JSON, no secrets. */
export interface CheckStep extends StepOutcome {
  readonly step: CheckStepName
  readonly ms: number
}

export interface ConnectionCheck {
  /** True if files can be delivered: for that, writing is enough. */
  readonly canDeliver: boolean
  readonly steps: readonly CheckStep[]
  /** What does not work because it is denied, and delivery can go without; a sentence each. */
  readonly losses: readonly string[]
  /** Paths of probes that could not be removed, within the connection. */
  readonly leftBehind: readonly string[]
}

export interface CheckOptions {
  readonly clock: Clock
  readonly random: RandomSource
  /** Tries also files so large that object stores take them in several requests. */
  readonly large: boolean
  /** Hears of each step as it begins. */
  onStep(step: CheckStepName): void
}

const clockAgreesMs = 2_000
const clockWarningMs = 5_000
/** From here on stores refuse signatures. */
const clockFailureMs = 300_000

/**
 * Tries out on the store itself what delivery will do: puts a small probe, also twice and with other bytes, reads
 * and lists it, and removes it. Failures are steps of the answer, never errors.
 *
 * @param connection should make one attempt for each operation, so that a store that is down is told soon
 */
export async function checkConnection(
  connection: Connection,
  options: CheckOptions,
): Promise<ConnectionCheck> {
  const { clock } = options
  const probe = openProbe(connection, options.random)
  const steps: CheckStep[] = []

  async function run(step: CheckStepName, work: () => Promise<StepOutcome>): Promise<void> {
    const reason = findSkipReason(step, steps)
    if (reason !== undefined) {
      steps.push({ step, result: 'skipped', detail: reason, ms: 0 })
      return
    }
    options.onStep(step)
    const startedAt = clock.readNow()
    const outcome = await work().catch((error: unknown) => describeError(step, error))
    steps.push({ step, ...outcome, ms: Math.max(0, clock.readNow() - startedAt) })
  }

  await run('write', probe.write)
  await run('repeat', probe.repeat)
  await run('protect', probe.protect)
  if (options.large) await run('large', probe.large)
  await run('read', probe.read)
  await run('list', probe.list)
  await run('remove', probe.remove)
  // Also when nothing else worked: a wrong clock may be why.
  steps.push({ step: 'clock', ...judgeClock(connection.readClockSkewMs()), ms: 0 })
  const losses = steps.flatMap(({ step, result }) => (result === 'denied' && lossOf[step]) || [])
  return { canDeliver: steps.every(letsDeliver), steps, losses, leftBehind: [...probe.present] }
}

/** What delivery goes without when a step is denied; steps that are missing here it cannot do without. */
const lossOf: Partial<Record<CheckStepName, string>> = {
  read: 'Without reading, a file that is there already is not compared, only counted, and a position that was lost is not found again.',
  list: 'Without listing, a position that was lost is not found again.',
  remove: 'Without removing, probes stay. Delivery itself removes nothing.',
}

function letsDeliver({ step, result }: CheckStep): boolean {
  if (step === 'write') return result === 'ok'
  return result !== 'failed' && (result !== 'denied' || lossOf[step] !== undefined)
}

function findSkipReason(step: CheckStepName, steps: readonly CheckStep[]): string | undefined {
  if (steps.some(({ code }) => code === 'CONNECTION_UNREACHABLE')) return 'The store did not answer before.'
  if (steps[0] !== undefined && steps[0].result !== 'ok') return 'There is no file to try it with.'
  if (step === 'protect' || step === 'large') {
    const before = steps.slice(1).find(({ result }) => result !== 'ok')
    if (before !== undefined) return `See the step ${before.step}.`
  }
  return undefined
}

function describeError(step: CheckStepName, error: unknown): StepOutcome {
  if (!(error instanceof HansardError)) {
    const detail = error instanceof Error ? error.message : String(error)
    return { result: 'failed', code: 'INTERNAL', detail }
  }
  const { code, message } = error
  if (code === 'CONNECTION_DENIED') {
    const need =
      step === 'repeat' ? ' Delivery repeats when an answer was lost, so that must be allowed.' : ''
    return { result: 'denied', code, detail: `${message}${need}` }
  }
  return { result: 'failed', code, detail: message }
}

function judgeClock(skewMs: number | undefined): StepOutcome {
  if (skewMs === undefined) return { result: 'skipped', detail: 'The store tells no time.' }
  // Stores tell whole seconds, and an answer takes its time.
  if (Math.abs(skewMs) <= clockAgreesMs)
    return { result: 'ok', detail: 'The clocks of this machine and of the store agree.' }
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  const difference = `The clock of this machine is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} that of the store.`
  if (Math.abs(skewMs) <= clockWarningMs) return { result: 'ok', detail: difference }
  if (Math.abs(skewMs) <= clockFailureMs) {
    return { result: 'warning', detail: `${difference} The times of events are as wrong. Synchronise it.` }
  }
  const detail = `${difference} Stores refuse requests with a wrong time, now or soon. Synchronise it.`
  return { result: 'failed', detail }
}
