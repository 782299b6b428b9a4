import type { Clock } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'

export interface AdmissionLimits {
  readonly inFlightBytesMax: number
  readonly queueAgeMaxMs: number
}

/** What a request takes of memory beside its body, about. Bounds how many small ones come in at once. */
const requestBytes = 8 * 1024

/** Bounds what is in memory at once, and how long requests wait for the journal. */
export class Admission {
  readonly #limits: AdmissionLimits
  readonly #clock: Clock
  /** Requests that wait for the journal, the oldest first. */
  readonly #waiting = new Set<{ readonly since: number }>()
  #bytes = 0

  constructor(limits: AdmissionLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /**
   * Lets a request with a body of up to `bodyBytes` in. Its place must be left when it is answered.
   * @throws BUSY, OVERLOADED
   */
  enter(bodyBytes: number): AdmittedRequest {
    const { inFlightBytesMax, queueAgeMaxMs } = this.#limits
    const [oldest] = this.#waiting
    if (oldest !== undefined && this.#clock.readNow() - oldest.since > queueAgeMaxMs) {
      throw new HansardError(
        'OVERLOADED',
        `Requests wait for more than ${queueAgeMaxMs / 1000} seconds. Send this one again later.`,
      )
    }
    const bytes = requestBytes + bodyBytes
    // One alone gets in whatever its size: its own limits hold it.
    if (this.#bytes > 0 && this.#bytes + bytes > inFlightBytesMax) {
      throw new HansardError('BUSY', 'Too many bytes are in flight. Send the request again a little later.')
    }
    return this.#open(bytes)
  }

  #open(bytes: number): AdmittedRequest {
    let held = bytes
    let place: { readonly since: number } | undefined
    this.#bytes += held
    return {
      addBytes: (more) => {
        held += more
        this.#bytes += more
      },
      wait: () => {
        place = { since: this.#clock.readNow() }
        this.#waiting.add(place)
      },
      leave: () => {
        this.#bytes -= held
        if (place !== undefined) this.#waiting.delete(place)
      },
    }
  }
}

export interface AdmittedRequest {
  /** It holds more memory than its body: the next ones must reckon with it. */
  addBytes(more: number): void
  /** From now on it waits for the journal. */
  wait(): void
  leave(): void
}
