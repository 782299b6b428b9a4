/** Ctrl-C (or SIGTERM) once: `stop`. Twice: `abandon` too. Three times ends the process at once. */
export interface StopListener {
  readonly stop: AbortSignal
  readonly abandon: AbortSignal
  /** Gives the signals back to the process. */
  close(): void
}

/** @param notice what to tell the person after the first Ctrl-C */
export function listenForStop(notice: string): StopListener {
  const stop = new AbortController()
  const abandon = new AbortController()
  const onSignal = (): void => {
    if (abandon.signal.aborted) process.exit(130)
    if (stop.signal.aborted) abandon.abort()
    else process.stderr.write(`\n${notice}\n`)
    stop.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    stop: stop.signal,
    abandon: abandon.signal,
    close: () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
