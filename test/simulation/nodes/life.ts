/** One process on a simulated machine, from its start to its end. */
export class Life {
  readonly #ending = new AbortController()

  get hasEnded(): boolean {
    return this.#ending.signal.aborted
  }

  end(): void {
    this.#ending.abort()
  }

  /** Calls `work` at the end, at once if it was. Returns what takes that back. */
  onEnd(work: () => void): () => void {
    const { signal } = this.#ending
    if (signal.aborted) work()
    else signal.addEventListener('abort', work, { once: true })
    return () => signal.removeEventListener('abort', work)
  }
}
