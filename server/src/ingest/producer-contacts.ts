/** What the requests of a producer told since the start of the process, whether they were stored or not. */
export interface ProducerContact {
  lastSeenAt: number
  /** Events that the server already had. */
  duplicates: number
  /** How far the clock of the sender is ahead, by the newest request that told its time. */
  clockSkewMs: number | undefined
}

/**
 * The newest contact with each producer. Repeats and refusals are not in the journal, so this is not in the ledger
 * either: it lives in memory, and begins anew with the process.
 */
export class ProducerContacts {
  readonly #contacts = new Map<string, ProducerContact>()

  find(source: string): Readonly<ProducerContact> | undefined {
    return this.#contacts.get(source)
  }

  /** Only for producers that the ledger follows: their number is bounded. */
  note(source: string, lastSeenAt: number, duplicates: number, clockSkewMs: number | undefined): void {
    const contact = this.#contacts.get(source)
    if (contact === undefined) {
      this.#contacts.set(source, { lastSeenAt, duplicates, clockSkewMs })
      return
    }
    contact.lastSeenAt = lastSeenAt
    contact.duplicates += duplicates
    contact.clockSkewMs = clockSkewMs ?? contact.clockSkewMs
  }
}
