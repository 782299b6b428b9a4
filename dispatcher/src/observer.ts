/** What happens to a dispatcher, for the host application. */
export type DispatcherEvent =
  /** An attempt failed; another follows after the pause. `spool`: the events could not be written to disk. */
  | {
      readonly kind: 'trouble'
      readonly target: string
      readonly during: 'spool' | 'send' | 'note' | 'dead-letter' | 'write'
      readonly code: string | null
      readonly reason: string
      readonly pauseMs: number
    }
  /** The first success after trouble. */
  | { readonly kind: 'recovered'; readonly target: string; readonly failures: number }
  /** The first event that found no room; told again after there was room. */
  | { readonly kind: 'full'; readonly target: string }
  /** Events were given up to make room for newer ones; the server sees a gap. */
  | { readonly kind: 'dropped'; readonly target: string; readonly events: number }
  /** The server will never take this event; it stands in the dead-letter file. */
  | {
      readonly kind: 'dead-letter'
      readonly target: string
      readonly file: string
      readonly sequence: number
      readonly code: string | null
      readonly reason: string
    }
  /** Another server is used from now on. */
  | {
      readonly kind: 'failover'
      readonly target: string
      readonly from: string
      readonly to: string
      /** Events that both servers may have. */
      readonly possibleDuplicates: number
    }
  /** The spool folder holds a spool of no target: its events wait for ever. */
  | { readonly kind: 'orphan'; readonly folder: string }

export type Observe = (event: DispatcherEvent) => void

/** An observer belongs to the application; what it throws must not stop the events. */
export function guardObserver(observe: Observe | undefined): Observe {
  if (observe === undefined) return () => {}
  return (event) => {
    try {
      observe(event)
    } catch {
      // Nobody to tell: the one that is told has failed.
    }
  }
}
