import type { ConnectionWeather, WeatherReport } from '../contract/connection-weather.ts'
import { makeDiskError } from './disk-faults.ts'
import type { SimDisk } from './sim-disk.ts'

/**
 * Bad weather of a simulated disk below a filesystem connection. Nothing hangs: what the kernel has begun cannot be
 * called off. Nothing is corrupted: a disk that lies is found by the hashes of the manifests.
 */
export function openDiskWeather(disk: SimDisk): ConnectionWeather {
  /** Refuses the operations that match, from the next one on. */
  const refuse = (
    code: string,
    times: number,
    matches: (operation: string, path: string) => boolean,
  ): WeatherReport => {
    const report = { hits: 0 }
    disk.onOperation = (operation, path) => {
      if (report.hits >= times || !matches(operation, path)) return
      report.hits++
      throw makeDiskError(code, path)
    }
    return report
  }
  return {
    // The file has its name then, and nobody hears of it.
    loseNextAnswer: () =>
      refuse('EIO', 1, (operation, path) => operation === 'syncFolder' && path.endsWith('/a')),
    resetNextBody: () => refuse('EIO', 1, (operation) => operation === 'write'),
    slowDown: (times) => refuse('EAGAIN', times, (operation) => operation !== 'removeFile'),
    denyUntilHealed: () => refuse('EACCES', Number.POSITIVE_INFINITY, () => true),
    heal: () => {
      disk.onOperation = undefined
    },
  }
}
