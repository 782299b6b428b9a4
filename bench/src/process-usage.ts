import { readdirSync, readFileSync } from 'node:fs'

/** What a process and its children have used. Linux only: elsewhere the numbers are null. */
export interface ProcessUsage {
  /** Processor time so far, user and system, also of children that ended. */
  readonly cpuSeconds: number | null
  /** Sum of the peaks of resident memory. */
  readonly peakRssBytes: number | null
}

/** Linux counts processor time in hundredths of a second for everybody who asks. */
const ticksPerSecond = 100

export function readProcessUsage(pid: number): ProcessUsage {
  let ticks = 0
  let peakRssBytes = 0
  try {
    for (const one of [pid, ...listChildren(pid)]) {
      const fields = readStat(one)
      for (const index of [11, 12, 13, 14]) ticks += Number(fields[index])
      const status = readFileSync(`/proc/${one}/status`, 'latin1')
      peakRssBytes += Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
    }
  } catch {
    return { cpuSeconds: null, peakRssBytes: null }
  }
  return { cpuSeconds: ticks / ticksPerSecond, peakRssBytes }
}

/** Processor time of the children of this process that have ended; null where it is not known. */
export function readEndedChildrenCpuSeconds(): number | null {
  try {
    const fields = readStat(process.pid)
    return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond
  } catch {
    return null
  }
}

/** What the kernel tells of a process, from its state on. */
function readStat(pid: number): string[] {
  // The name of the command may hold spaces and brackets; the numbers follow its last bracket.
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function listChildren(pid: number): number[] {
  const children: number[] = []
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const text = readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').trim()
    for (const child of text === '' ? [] : text.split(' ')) {
      children.push(Number(child), ...listChildren(Number(child)))
    }
  }
  return children
}
