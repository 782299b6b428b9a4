import { createHash } from 'node:crypto'
import { matchesRoutingKey, matchesTopic } from 'hansard-protocol'
import type { DestinationSettings } from '../../server/src/config/destination-settings.ts'
import type { Connection } from '../../server/src/connections/connection.ts'
import type { Manifest } from '../../server/src/integrity/manifest.ts'
import { readDelivered } from '../kit/read-delivered.ts'
import { BrokenPromise } from './broken-promise.ts'
import type { SentEvent } from './sim-sender.ts'

function demand(holds: boolean, text: string): asserts holds {
  if (!holds) throw new BrokenPromise(text)
}

/**
 * Compares what was sent with what is in the store:
 * every acknowledged event is in exactly one file of each destination that wanted it, unaltered; an event that
 * was not acknowledged at most once; nothing else is there; the manifests tell exactly what the files hold.
 */
export async function checkStore(
  connection: Connection,
  events: readonly SentEvent[],
  destinationNames: readonly string[],
): Promise<void> {
  const { files, manifests } = await readDelivered(connection)
  for (const name of destinationNames) {
    const own = files.filter(({ path }) => path.startsWith(`${name}/`))
    checkEvents(name, own, events)
  }
  const stray = files.find(({ path }) => !destinationNames.some((name) => path.startsWith(`${name}/`)))
  demand(stray === undefined, `the file ${stray?.path} belongs to no destination`)
  await checkManifests(connection, files, manifests)
}

function checkEvents(
  destination: string,
  files: readonly { path: string; lines: readonly string[] }[],
  events: readonly SentEvent[],
): void {
  const found = new Map<number, number>()
  for (const { path, lines } of files) {
    demand(lines.length > 0, `the file ${path} is empty`)
    for (const line of lines) {
      const id = Number(/^\{"clientEvent":\{"n": (\d+),/.exec(line)?.[1] ?? Number.NaN)
      const event = events[id]
      demand(event !== undefined, `the file ${path} holds an event that nobody sent: ${line}`)
      demand(
        line.startsWith(`{"clientEvent":${event.text},"origAddress":"10.0.0.7","serverTimestamp":"`),
        `event ${id} was altered in ${path}: ${line}`,
      )
      found.set(id, (found.get(id) ?? 0) + 1)
    }
  }
  for (const [id, event] of events.entries()) {
    const times = found.get(id) ?? 0
    const wanted = [...event.attemptedUnder].map((settings) => isWanted(destination, settings, event))
    const isSure = wanted.every(Boolean) || !wanted.some(Boolean)
    demand(times <= 1, `event ${id} is ${times} times in the files of ${destination}`)
    demand(
      times === 0 || wanted.some(Boolean),
      `event ${id} is in the files of ${destination}, which did not want it`,
    )
    demand(
      times === 1 || !event.isAcknowledged || !isSure || wanted[0] !== true,
      `event ${id} was acknowledged and is not in the files of ${destination}`,
    )
  }
}

function isWanted(name: string, destinations: readonly DestinationSettings[], event: SentEvent): boolean {
  return destinations.some(
    (settings) =>
      settings.name === name &&
      matchesTopic(settings.topics, event.topic) &&
      matchesRoutingKey(settings.routingKeys, event.routingKey),
  )
}

async function checkManifests(
  connection: Connection,
  files: readonly { path: string; lines: readonly string[] }[],
  manifests: ReadonlyMap<string, unknown>,
): Promise<void> {
  const listed = new Map<string, number>()
  const before = new Map<string, Manifest>()
  for (const [path, value] of [...manifests].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const manifest = value as Manifest
    const previous = before.get(manifest.destination)
    demand(manifest.epoch === (previous?.epoch ?? -1) + 1, `the epochs before ${path} are not complete`)
    demand(manifest.first > (previous?.last ?? -1), `${path} overlaps the epoch before it`)
    demand(manifest.previousLast === (previous?.last ?? -1), `${path} names another epoch before it`)
    before.set(manifest.destination, manifest)
    for (const part of manifest.parts) {
      const bytes = await connection.get(part.path).catch(() => undefined)
      demand(bytes !== undefined, `${path} lists ${part.path}, which is missing`)
      const hash = createHash('sha256').update(bytes).digest('hex')
      demand(hash === part.sha256 && bytes.length === part.bytes, `${part.path} is not what ${path} says`)
      listed.set(part.path, part.count)
    }
  }
  for (const { path, lines } of files) {
    demand(
      listed.get(path) === lines.length,
      `${path} holds ${lines.length} lines, its manifest says ${listed.get(path)}`,
    )
  }
}

/** Both stores hold the same names with the same bytes. */
export async function checkSameFiles(stored: Connection, again: Connection): Promise<void> {
  const contents = async (connection: Connection): Promise<Map<string, string>> => {
    const found = new Map<string, string>()
    for await (const { path } of connection.list('')) {
      found.set(
        path,
        createHash('sha256')
          .update(await connection.get(path))
          .digest('hex'),
      )
    }
    return found
  }
  const first = await contents(stored)
  const second = await contents(again)
  for (const [path, hash] of second) {
    demand(
      first.get(path) === hash,
      `delivered again, ${path} ${first.has(path) ? 'has other bytes' : 'is a new file'}`,
    )
  }
  for (const path of first.keys()) demand(second.has(path), `delivered again, ${path} is not there`)
}
