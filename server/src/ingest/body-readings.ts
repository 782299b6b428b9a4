import type { IncomingMessage } from 'node:http'
import { HansardError } from 'hansard-protocol'

/** A body that is being read. */
export interface BodyReading {
  bytes: number
  /** Turns of `watch` since it began. */
  turns: number
  /** Ends the reading with an error. */
  fail(error: HansardError): void
}

export interface BodyPace {
  readonly bodyTimeoutMs: number
  readonly bodyBytesPerSecondMin: number
}

/** How often `watch` is to be called. Time is counted in turns, so a clock that jumps refuses nobody. */
export const bodyTurnMs = 1_000

/** A body may be slower than the minimum at its beginning. */
const graceMs = 10_000

/** All bodies that are being read, so that the slow ones and those of a broken connection can be ended. */
export class BodyReadings {
  readonly #pace: BodyPace
  readonly #open = new Map<IncomingMessage, BodyReading>()

  constructor(pace: BodyPace) {
    this.#pace = pace
  }

  begin(request: IncomingMessage, fail: (error: HansardError) => void): BodyReading {
    const reading = { bytes: 0, turns: 0, fail }
    this.#open.set(request, reading)
    return reading
  }

  end(request: IncomingMessage): void {
    this.#open.delete(request)
  }

  /** Ends the reading of this body, if there is one. */
  fail(request: IncomingMessage, error: HansardError): void {
    this.#open.get(request)?.fail(error)
  }

  /** One turn: ends the readings that take too long or come too slowly. */
  watch(): void {
    const { bodyTimeoutMs, bodyBytesPerSecondMin } = this.#pace
    for (const reading of this.#open.values()) {
      reading.turns++
      const ms = reading.turns * bodyTurnMs
      if (ms > bodyTimeoutMs) {
        reading.fail(makeTooSlow(`The body was not complete after ${bodyTimeoutMs / 1000} seconds.`))
      } else if (ms > graceMs && reading.bytes * 1000 < bodyBytesPerSecondMin * ms) {
        reading.fail(makeTooSlow(`The body came with less than ${bodyBytesPerSecondMin} bytes a second.`))
      }
    }
  }
}

function makeTooSlow(text: string): HansardError {
  return new HansardError('REQUEST_TOO_SLOW', `${text} Send it again, or in smaller requests.`)
}
