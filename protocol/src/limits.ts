/** Bounds of one request, with their defaults. Sizes in bytes. */
export const defaultLimits = {
  /** Body as it arrives, before decompression. */
  bodyBytesMax: 32 * 1024 * 1024,
  /** Body after decompression. */
  decodedBytesMax: 64 * 1024 * 1024,
  /** One event, without its wrapper. */
  eventBytesMax: 8 * 1024 * 1024,
  /** Events in one request. */
  eventsPerRequestMax: 100_000,
  /** Nesting of one event; the event itself is level 1. */
  depthMax: 128,
} as const

export type Limits = { readonly [name in keyof typeof defaultLimits]: number }
