/** Something that happens again and again, to wait for. Who begins to wait gets the next ring, not an earlier one. */
export class Bell {
  #next = new AbortController()

  ring(): void {
    const rung = this.#next
    this.#next = new AbortController()
    rung.abort()
  }

  /** Aborted by the next ring: cuts a sleep short. */
  get signal(): AbortSignal {
    return this.#next.signal
  }

  /** Resolves at the next ring. */
  wait(): Promise<void> {
    return whenAborted(this.#next.signal)
  }
}

/** Resolves when `signal` is aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
