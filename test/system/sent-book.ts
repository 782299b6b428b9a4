import assert from 'node:assert/strict'

/**
 * Remembers what was sent, byte for byte, and what the server promised of it; then holds the promise against the
 * files of a destination.
 */
export class SentBook {
  /** Events that were on their way at least once, by their bytes, with the promise that holds. */
  readonly #events = new Map<string, { acknowledged: boolean; readonly repeated: boolean }>()

  /** `repeated`: sent until it is acknowledged; else sent once only, so it may be lost with its answer. */
  noteSent(event: string, options: { repeated: boolean }): void {
    assert.ok(!this.#events.has(event), `the test sent twice: ${event}`)
    this.#events.set(event, { acknowledged: false, ...options })
  }

  noteAcknowledged(events: Iterable<string>): void {
    for (const event of events) this.#events.get(event)!.acknowledged = true
  }

  get acknowledged(): number {
    let count = 0
    for (const { acknowledged } of this.#events.values()) if (acknowledged) count++
    return count
  }

  /** Opens a tally of the events in the files of one destination. */
  openTally(): Tally {
    const found = new Map<string, string>()
    return {
      add: (event, place) => {
        assert.ok(this.#events.has(event), `${place} holds what was never sent: ${event}`)
        assert.ok(!found.has(event), `twice, in ${found.get(event)} and ${place}: ${event}`)
        found.set(event, place)
      },
      finish: () => {
        for (const [event, { acknowledged, repeated }] of this.#events) {
          if (acknowledged) assert.ok(found.has(event), `acknowledged and lost: ${event}`)
          assert.ok(acknowledged || !repeated, `the test never got its receipt: ${event}`)
        }
        return found.size
      },
    }
  }
}

export interface Tally {
  /** Notes an event of a file. Throws if it was never sent, or was found before. */
  add(event: string, place: string): void
  /** Throws if an acknowledged event was not found; returns how many were found. */
  finish(): number
}

const prefix = '{"clientEvent":'
const timestampBytes = '2026-03-17T19:15:30.609+0000'.length

/** The event in a line of a file; `suffix` is what the destination puts behind the documented envelope. */
export function readClientEvent(line: string): string {
  const end = line.lastIndexOf(',"origAddress":"127.0.0.1","serverTimestamp":"')
  assert.ok(line.startsWith(prefix) && end > 0, `not an envelope: ${line}`)
  const rest = line.slice(end + ',"origAddress":"127.0.0.1","serverTimestamp":"'.length + timestampBytes)
  assert.match(rest, /^"(,"eventId":"[a-z0-9]{8}-\d+")?\}$/, line)
  return line.slice(prefix.length, end)
}
