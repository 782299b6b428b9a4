import {
  type Clock,
  type Disk,
  openNodeDisk,
  type RandomSource,
  systemClock,
  systemRandom,
} from 'hansard-journal'
import type { HttpDoor, HttpDoorOptions } from './event-server/http-door.ts'
import { openNodeHttp } from './event-server/node-http.ts'
import { lockSpool, type SpoolLock } from './spool/lock-spool.ts'

/** How a dispatcher reaches the world. The real doors are the default; a simulation gives its own. */
export interface Doors {
  readonly disk: Disk
  readonly clock: Clock
  readonly random: RandomSource
  openHttp(options: HttpDoorOptions): HttpDoor
  /** Keeps other dispatchers out of a folder, for as long as this process lives. DATA_DIR_IN_USE */
  lock(folder: string): Promise<SpoolLock>
}

export function openNodeDoors(): Doors {
  return {
    disk: openNodeDisk(),
    clock: systemClock,
    random: systemRandom,
    openHttp: openNodeHttp,
    lock: lockSpool,
  }
}
