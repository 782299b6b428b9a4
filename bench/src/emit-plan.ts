import type { TargetOptions } from 'hansard-dispatcher'

/** What the emitting process does; travels as JSON from the bench to it. */
export interface EmitPlan {
  readonly spoolDir: string
  readonly target: TargetOptions
  /** Events before the measured ones, so that the code is compiled. */
  readonly warmupEvents: number
  readonly events: number
}

/** What the emitting process saw: times and rates of the measured events, counts and processor time of all. */
export interface EmitResult {
  /** Calls of `emit` that were answered with `accepted`. */
  readonly accepted: number
  /** Calls that found no room, and were made again. */
  readonly full: number
  /** Events that arrived at the target, as it counts them: acknowledged by the server, or written to the file. */
  readonly arrived: number
  /** Time of the caller's thread in one call. */
  readonly emitMeanMicros: number
  readonly emitP50Micros: number
  readonly emitP99Micros: number
  readonly emitMaxMicros: number
  /** From the first measured call to the last one. */
  readonly emitSeconds: number
  /** From the first measured call until all events had arrived. */
  readonly arrivedSeconds: number
  /** Bytes of the requests as they travelled, or of the written lines. */
  readonly sentBytes: number
  /** All threads of the process, from the opened dispatcher to the end. */
  readonly cpuSeconds: number
  readonly peakRssBytes: number
  /** Mean size of an event in bytes. */
  readonly eventBytes: number
}
