interface Waiting {
  readonly bytes: number
  readonly resume: () => void
}

/** Bytes of memory that many share: who asks for more than is free waits, in the order of asking. */
export class ByteBudget {
  readonly #bytesMax: number
  #free: number
  #waiting: Waiting[] = []

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
    this.#free = bytesMax
  }

  /**
   * Runs `work` while `bytes` of the budget are taken; more than the whole budget counts as the whole.
   * @throws the reason of `signal` if that is aborted before it is the turn of `work`
   */
  async hold<T>(bytes: number, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const taken = Math.min(bytes, this.#bytesMax)
    await this.#take(taken, signal)
    try {
      return await work()
    } finally {
      this.#free += taken
      this.#resume()
    }
  }

  #take(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const leave = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting)
        reject(signal?.reason)
        this.#resume()
      }
      const resume = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const waiting: Waiting = { bytes, resume }
      this.#waiting.push(waiting)
      signal?.addEventListener('abort', leave, { once: true })
      this.#resume()
    })
  }

  /** Who is first in the line and finds enough goes on; nobody overtakes. */
  #resume(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (first.bytes > this.#free) return
      this.#waiting.shift()
      this.#free -= first.bytes
      first.resume()
    }
  }
}
