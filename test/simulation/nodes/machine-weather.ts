import { noFaults } from '../../kit/disk-faults.ts'
import type { SeededRandom } from '../../kit/random.ts'
import type { SimDisk } from '../../kit/sim-disk.ts'

/** Another weather for a disk: calm as often as not, else one kind of fault, or full. */
export function changeDiskWeather(disk: SimDisk, random: SeededRandom): void {
  calmDisk(disk)
  const { faults } = disk
  const weather = random.pick(['calm', 'calm', 'calm', 'short', 'write', 'sync', 'read', 'name', 'full'])
  if (weather === 'short') Object.assign(faults, { shortWrite: 0.3, shortRead: 0.3 })
  if (weather === 'write') faults.writeError = 0.1
  if (weather === 'sync') faults.syncError = 0.1
  if (weather === 'read') faults.readError = 0.1
  if (weather === 'name') faults.nameError = 0.1
  if (weather === 'full') disk.capacityBytes = disk.usedBytes + random.nextInteger(3_000)
}

export function calmDisk(disk: SimDisk): void {
  Object.assign(disk.faults, noFaults)
  disk.capacityBytes = 2 ** 40
}

/** Calls `strike` before one of the next operations of the disk; often before a sync, where most is at stake. */
export function armStrike(disk: SimDisk, random: SeededRandom, strike: () => void): void {
  const isSyncOnly = random.chance(0.5)
  let left = random.nextInteger(isSyncOnly ? 15 : 150)
  disk.onOperation = (operation) => {
    if ((isSyncOnly && operation !== 'sync' && operation !== 'syncFolder') || left-- > 0) return
    disk.onOperation = undefined
    strike()
  }
}
