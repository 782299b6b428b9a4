import { hasErrorCode } from 'hansard-journal'
import { type TargetUnderTest, testTargetContract } from '../../test/contract/target.ts'
import { noFaults } from '../../test/kit/disk-faults.ts'
import { openRandom } from '../../test/kit/random.ts'
import type { DispatcherOptions } from '../src/options.ts'
import { type Act, refuse, storeThen } from './scripted-server.ts'
import { makeTarget, readNumbers, SimNode } from './sim-node.ts'

const memoryBytesMax = 3_000
const logPath = '/logs/audit.log'

function makeMachine(node: SimNode, targets: DispatcherOptions['targets']) {
  return {
    open: (onEvent?: DispatcherOptions['onEvent']) => node.open({ targets, onEvent }),
    whileTimePasses: <T>(work: Promise<T>) => node.whileTimePasses(work),
    readElapsedMs: () => node.clock.elapsedMs,
  }
}

testTargetContract('the target of the kind event-server', (seed): TargetUnderTest => {
  const node = new SimNode({ seed })
  const random = openRandom(seed)
  const acts: readonly (Act | undefined)[] = [
    undefined,
    storeThen('reset'),
    storeThen(refuse('INTERNAL')),
    () => 'reset',
    () => refuse('JOURNAL_FULL'),
    () => ({ status: 200, text: 'welcome' }),
  ]
  const spool = { bytesMax: memoryBytesMax, memoryBytesMax }
  return {
    ...makeMachine(node, [makeTarget({ spool })]),
    breakDown: () => {
      node.a.isDown = true
    },
    heal: () => {
      Object.assign(node.disk.faults, noFaults)
      node.a.isDown = false
      node.a.always = undefined
    },
    startBadWeather: () => {
      Object.assign(node.disk.faults, { shortWrite: 0.2, writeError: 0.1, syncError: 0.1, nameError: 0.1 })
      node.a.always = (request, store) => (random.pick(acts) ?? ((_, all) => all()))(request, store)
    },
    readArrived: async () => readNumbers(node.a.events),
  }
})

testTargetContract('the target of the kind file', (seed): TargetUnderTest => {
  const node = new SimNode({ seed })
  return {
    ...makeMachine(node, [{ type: 'file', path: logPath, memoryBytesMax: 2 * memoryBytesMax }]),
    breakDown: () => {
      Object.assign(node.disk.faults, { writeError: 1, syncError: 1, nameError: 1 })
    },
    heal: () => {
      Object.assign(node.disk.faults, noFaults)
    },
    startBadWeather: () => {
      Object.assign(node.disk.faults, { shortWrite: 0.2, writeError: 0.2, syncError: 0.1, nameError: 0.2 })
    },
    readArrived: async () => {
      const text = await node.readText(logPath).catch((error: unknown) => {
        if (hasErrorCode(error, 'ENOENT')) return ''
        throw error
      })
      const lines = text.split('\n').slice(0, -1)
      return lines.map((line) => (JSON.parse(line) as { message: { n: number } }).message.n)
    },
  }
})
