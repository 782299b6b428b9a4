import { openNodeDisk, systemClock, systemRandom } from 'hansard-journal'
import { type AdminListener, openAdminListener } from './admin/admin-listener.ts'
import type { Config } from './config/config.ts'
import { type DataDirLock, type DataDirNames, lockDataDir, nameDataDir } from './data-dir.ts'
import type { ConnectionUsages } from './delivery/connection-pool.ts'
import { DeliveryClient } from './delivery/delivery-client.ts'
import type { DestinationStatus } from './delivery/destination.ts'
import { type HttpListener, openHttpListener } from './ingest/http-listener.ts'
import { openOriginFinder } from './ingest/origin.ts'
import { Lane, type Routes } from './lane.ts'
import { makeHealth } from './observe/health.ts'
import type { Logger } from './observe/log.ts'
import { openMetrics } from './observe/metrics.ts'
import { listSources } from './observe/sources.ts'
import { RefusalCounts, type ServerState } from './observe/state.ts'

/**
 * The whole event server, put together: the intake port, the lane with its delivery process, the admin port.
 * What each room promises stands at its own head; here is only how they meet.
 */
export interface EventServer {
  readonly intake: HttpListener
  readonly admin: AdminListener
  readonly lane: string
  /** Switches to other destinations and connections at a cut; nothing else changes without a restart. */
  reload(routes: Routes): Promise<void>
  /** Answers what is in flight, publishes what is pending within the deadline, leaves the rest in the journal. */
  close(): Promise<void>
}

/** Memory of all open epochs together. */
const deliveryMemoryBytes = 48 * 1024 * 1024

/** @throws DATA_DIR_IN_USE, JOURNAL_FORMAT_UNKNOWN, errors of listening */
export async function openEventServer(config: Config, log: Logger, version: string): Promise<EventServer> {
  const names = nameDataDir(config.dataDir)
  const lock = lockDataDir(names)
  let lane: Lane | undefined
  let admin: AdminListener | undefined
  try {
    const startedAt = systemClock.readNow()
    const refusals = new RefusalCounts()
    let usages: ConnectionUsages = {}
    const opened = await openLane(config, names, log, (now) => {
      usages = now
    })
    lane = opened
    const readState = (): ServerState => ({
      version,
      startedAt,
      journal: opened.journal,
      ledger: opened.ledger,
      intake: opened.intake.counts,
      contacts: opened.intake.contacts,
      refusals,
      journalDiskBytesMax: config.journal.diskBytesMax,
      isDeliveryUp: opened.isDeliveryUp,
      destinations: [...opened.statuses.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
      connectionUsages: usages,
      notReadyReason: opened.notReadyReason?.message,
      readNow: () => systemClock.readNow(),
    })
    admin = await openAdminListener({
      ...config.admin,
      metrics: openMetrics(readState),
      readHealth: () => makeHealth(readState()),
      listSources: () => listSources(readState()),
    })
    const intake = await openHttpListener({
      ...config.listen,
      limits: config.limits,
      clock: systemClock,
      origin: openOriginFinder(config.listen.trustedProxies),
      accept: (batch, sender) => opened.intake.accept(batch, sender),
      findNotReadyReason: () => opened.notReadyReason,
      onRefusal(code, events, error) {
        refusals.add(code, events)
        if (code === 'INTERNAL') log.error({ err: error }, 'A request met an unknown error')
        else log.debug({ code, events }, 'A request was refused')
      },
    })
    return makeEventServer(config, intake, admin, opened, lock)
  } catch (error) {
    await admin?.close()
    await lane?.close()
    lock.release()
    throw error
  }
}

function makeEventServer(
  config: Config,
  intake: HttpListener,
  admin: AdminListener,
  lane: Lane,
  lock: DataDirLock,
): EventServer {
  return {
    intake,
    admin,
    lane: lane.journal.lane,
    reload: (routes) => lane.changeRoutes(routes),
    async close() {
      const deadline = systemClock.readNow() + config.shutdown.deadlineMs
      // Half of the time for senders, so that destinations have some too.
      await intake.close(config.shutdown.deadlineMs / 2)
      await lane.drain(Math.max(0, deadline - systemClock.readNow()))
      await lane.close()
      await admin.close()
      lock.release()
    },
  }
}

async function openLane(
  config: Config,
  names: DataDirNames,
  log: Logger,
  onUsages: (usages: ConnectionUsages) => void,
): Promise<Lane> {
  const lane = await Lane.open({
    ...config,
    disk: openNodeDisk(),
    clock: systemClock,
    random: systemRandom,
    names,
    routes: config,
    openDelivery({ journal, recorded, connections, onStatus }) {
      const client = new DeliveryClient({
        script: new URL('../bin/delivery.js', import.meta.url),
        open: {
          lane: journal.lane,
          journalFolder: names.journal,
          progressFolder: `${names.positions}/${journal.lane}`,
          stagingFolder: names.staging,
          memoryBytes: deliveryMemoryBytes,
        },
        recorded,
        connections,
        readEnd: () => journal.end,
        onStatus,
        onUsages,
        onCrash: (detail) => log.error({ detail }, 'The delivery process ended; it is started again'),
      })
      client.start()
      return client
    },
    notices: {
      onStatus: (before, now) => logTransition(log, before, now),
      onControlFailure: (error) =>
        log.error({ err: error }, 'The journal refused a control frame; it is tried again'),
      onTidyFailure: (error) =>
        log.warn({ err: error }, 'The journal could not be tidied; it is tried again'),
      onLedgerGap: (error) =>
        log.error({ err: error }, 'Counts and sequences behind the damage are not known'),
    },
  })
  const { quarantinedBytes, damage } = lane.journal
  if (quarantinedBytes > 0) {
    log.warn(
      { quarantinedBytes },
      'The last run left bytes that were never acknowledged; they are in quarantine',
    )
  }
  if (damage !== undefined) {
    log.error(damage, 'Acknowledged data in the journal is damaged; delivery stops there')
  }
  return lane
}

function logTransition(log: Logger, before: DestinationStatus | undefined, now: DestinationStatus): void {
  if (before?.state === now.state) return
  const facts = { destination: now.name, position: now.position }
  if (now.state === 'healthy') log.info(facts, 'The destination delivers')
  else if (now.state === 'retired') log.info(facts, 'The destination has finished what was its own')
  else if (now.state !== 'starting') {
    log.error(
      { ...facts, ...now.lastError },
      `The destination is ${now.state}; its events wait in the journal`,
    )
  }
}
