/**
 * Receipts by idempotency key, for the window in which a repeat is answered with the first receipt. Bounded:
 * beyond `keysMax` the oldest receipt is forgotten before its time, and counted.
 */
export interface StoredReceipt {
  /** Hash of the key, see `EventsMeta.idempotency`. */
  readonly key: string
  readonly body: string
  readonly position: number
  readonly count: number
  readonly receivedAt: number
}

export class ReceiptBook {
  /** In order of time, since a Map keeps the order of insertion. */
  readonly #receipts = new Map<string, StoredReceipt>()
  readonly #windowMs: number
  readonly #keysMax: number
  #unsaved: StoredReceipt[] = []
  #forgotten = 0

  constructor(windowMs: number, keysMax: number) {
    this.#windowMs = windowMs
    this.#keysMax = keysMax
  }

  /** Receipts that had to go before their window was over, since the start. */
  get forgotten(): number {
    return this.#forgotten
  }

  get size(): number {
    return this.#receipts.size
  }

  find(key: string, now: number): StoredReceipt | undefined {
    const receipt = this.#receipts.get(key)
    if (receipt === undefined || receipt.receivedAt + this.#windowMs <= now) return undefined
    return receipt
  }

  add(receipt: StoredReceipt): void {
    this.#insert(receipt)
    this.#unsaved.push(receipt)
  }

  /** Receipts added since the last call; the caller saves them. */
  takeUnsaved(): StoredReceipt[] {
    const unsaved = this.#unsaved
    this.#unsaved = []
    return unsaved
  }

  /** Takes back receipts that could not be saved. */
  returnUnsaved(receipts: StoredReceipt[]): void {
    this.#unsaved = [...receipts, ...this.#unsaved]
  }

  /** Puts back receipts that were saved before. */
  restore(receipts: Iterable<StoredReceipt>): void {
    for (const receipt of receipts) this.#insert(receipt)
  }

  #insert(receipt: StoredReceipt): void {
    this.#receipts.delete(receipt.key)
    this.#receipts.set(receipt.key, receipt)
    for (const [key, oldest] of this.#receipts) {
      const isOver = oldest.receivedAt + this.#windowMs <= receipt.receivedAt
      if (!isOver && this.#receipts.size <= this.#keysMax) break
      this.#receipts.delete(key)
      if (!isOver) this.#forgotten++
    }
  }
}
