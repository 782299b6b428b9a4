import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'

/** The machine that was measured: without it a figure means nothing. */
export interface Machine {
  readonly node: string
  readonly platform: string
  readonly cpus: number
  readonly cpuModel: string
  readonly memoryMegabytes: number
  /** Load average of the last minute before the bench: above 0.5 others were at work. */
  readonly loadAverageBefore: number
}

export function readMachine(): Machine {
  const processors = cpus()
  return {
    node: process.version,
    platform: `${platform()} ${release()} ${arch()}`,
    cpus: processors.length,
    cpuModel: processors[0]?.model ?? 'unknown',
    memoryMegabytes: Math.round(totalmem() / 1e6),
    loadAverageBefore: Math.round(loadavg()[0]! * 100) / 100,
  }
}
