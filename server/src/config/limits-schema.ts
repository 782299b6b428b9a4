import { defaultLimits } from 'hansard-protocol'
import { z } from 'zod'
import { duration, size, wholeNumber } from './scalars.ts'

const mebibyte = 1024 * 1024
const limitSize = (bytes: number): string => `${bytes / mebibyte}MiB`

/** All bounds of intake. Those of `protocol` come first: senders obey them too. */
export const limitsSchema = z
  .strictObject({
    bodyBytesMax: size('1KiB', '1GiB')
      .prefault(limitSize(defaultLimits.bodyBytesMax))
      .describe('Largest body of a request as it arrives.'),
    decodedBytesMax: size('1KiB', '1GiB')
      .prefault(limitSize(defaultLimits.decodedBytesMax))
      .describe('Largest body of a request after decompression.'),
    eventBytesMax: size('1KiB', '1GiB')
      .prefault(limitSize(defaultLimits.eventBytesMax))
      .describe('Largest event.'),
    eventsPerRequestMax: wholeNumber(1, 10_000_000)
      .default(defaultLimits.eventsPerRequestMax)
      .describe('Most events in one request.'),
    depthMax: wholeNumber(1, 10_000)
      .default(defaultLimits.depthMax)
      .describe('Deepest nesting of an event; the event itself is level 1.'),
    decompressionRatioMax: wholeNumber(1, 1_000_000)
      .default(500)
      .describe('Most bytes that one byte of a compressed body may become; the first 1 MiB is free.'),
    headerBytesMax: size('1KiB', '1MiB').prefault('16KiB').describe('Largest request line with its headers.'),
    headerCountMax: wholeNumber(10, 1_000).default(100).describe('Most headers of a request.'),
    headersTimeout: duration('1s', '10m')
      .prefault('20s')
      .describe('Time for the headers of a request, and for the handshake of TLS.'),
    bodyTimeout: duration('1s', '1h').prefault('2m').describe('Time for the body of a request.'),
    bodyBytesPerSecondMin: size('0', '1GiB')
      .prefault('1KiB')
      .describe('Slowest body, on average after its first 10 seconds; 0 for no bound.'),
    connectionsMax: wholeNumber(1, 1_000_000)
      .default(10_000)
      .describe('Most open connections; further ones are closed at once.'),
    connectionsPerAddressMax: wholeNumber(1, 1_000_000)
      .default(1_000)
      .describe(
        'Most open connections from one IPv4 address or one IPv6 /64; trusted proxies may have any number.',
      ),
    requestsPerSecondMax: wholeNumber(0, 1_000_000)
      .default(0)
      .describe('Most requests a second of each key, or of each address without a key; 0 for no bound.'),
    bytesPerSecondMax: size('0', '64GiB')
      .prefault(0)
      .describe('Most bytes of bodies a second, counted in the same way; 0 for no bound.'),
    inFlightBytesMax: size('1MiB', '64GiB')
      .prefault('256MiB')
      .describe('Most bytes of requests in memory at once; above it requests are told to come later.'),
    queueAgeMax: duration('100ms', '10m')
      .prefault('10s')
      .describe(
        'Longest wait for the journal; while a request waits longer, new ones are told to come later.',
      ),
  })
  .superRefine((limit, context) => {
    if (limit.eventBytesMax > limit.decodedBytesMax) {
      context.addIssue({
        code: 'custom',
        path: ['eventBytesMax'],
        message: 'must not be above decodedBytesMax',
      })
    }
    if (limit.inFlightBytesMax < Math.max(limit.bodyBytesMax, limit.decodedBytesMax)) {
      const message = 'must not be below bodyBytesMax and decodedBytesMax, or large requests never get in'
      context.addIssue({ code: 'custom', path: ['inFlightBytesMax'], message })
    }
  })

type CheckedLimits = z.output<typeof limitsSchema>

/** The bounds of intake: sizes in bytes, times in milliseconds. */
export type IntakeLimits = Readonly<Omit<CheckedLimits, 'headersTimeout' | 'bodyTimeout' | 'queueAgeMax'>> & {
  readonly headersTimeoutMs: number
  readonly bodyTimeoutMs: number
  readonly queueAgeMaxMs: number
}

export function makeLimits(limits: CheckedLimits): IntakeLimits {
  const { headersTimeout, bodyTimeout, queueAgeMax, ...rest } = limits
  return { ...rest, headersTimeoutMs: headersTimeout, bodyTimeoutMs: bodyTimeout, queueAgeMaxMs: queueAgeMax }
}
