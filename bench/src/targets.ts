/** What a figure should reach on a machine with two processors and an SSD; the bench shows it and never asserts it. */
export interface Target {
  readonly bound: 'at least' | 'at most'
  readonly value: number
}

const atLeast = (value: number): Target => ({ bound: 'at least', value })
const atMost = (value: number): Target => ({ bound: 'at most', value })

/** Targets by scenario and figure; most figures are there to be understood, not to be reached. */
export const targets: Readonly<Record<string, Readonly<Record<string, Target>>>> = {
  single: {
    acceptedPerSecond: atLeast(20_000),
    ackP99Ms: atMost(20),
    peakRssMegabytes: atMost(400),
  },
  batch: {
    acceptedPerSecond: atLeast(400_000),
    deliveredPerSecond: atLeast(300_000),
    peakRssMegabytes: atMost(400),
  },
  keys: {
    peakRssMegabytes: atMost(600),
  },
  recovery: {
    readySecondsPerMillion: atMost(0.3),
  },
  emit: {
    emitP50Micros: atMost(5),
  },
  'emit-file': {
    emitP50Micros: atMost(5),
  },
}

export function meetsTarget({ bound, value }: Target, figure: number): boolean {
  return bound === 'at least' ? figure >= value : figure <= value
}
