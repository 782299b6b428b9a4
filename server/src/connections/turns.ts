/** Lets those who work on one key come one after the other. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const { promise: end, resolve: finish } = Promise.withResolvers<void>()
    this.#last.set(key, end)
    await before
    try {
      return await work()
    } finally {
      if (this.#last.get(key) === end) this.#last.delete(key)
      finish()
    }
  }
}
