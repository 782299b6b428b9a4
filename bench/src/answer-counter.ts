const headEnd = Buffer.from('\r\n\r\n')
const empty = Buffer.alloc(0)

/**
 * Finds the ends of HTTP/1.1 answers in what a socket delivers: the status line and Content-Length are enough.
 * One answer at a time is under way, as there is no pipelining.
 */
export class AnswerCounter {
  #held: Buffer = empty
  #status = 0
  /** Bytes of the body that are still to come; -1 while the head is read. */
  #bodyLeft = -1

  /** Takes a chunk. The status of the answer that it completes, or 0 if the answer goes on. */
  take(chunk: Buffer): number {
    if (this.#bodyLeft < 0) {
      const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
      const end = bytes.indexOf(headEnd)
      if (end < 0) {
        this.#held = bytes
        return 0
      }
      this.#held = empty
      const head = bytes.toString('latin1', 0, end)
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
      if (!head.startsWith('HTTP/1.1 ') || length === undefined) {
        throw new Error(`An answer without Content-Length: ${head.slice(0, 200)}`)
      }
      this.#status = Number(head.slice(9, 12))
      this.#bodyLeft = Number(length) - (bytes.length - end - headEnd.length)
    } else {
      this.#bodyLeft -= chunk.length
    }
    if (this.#bodyLeft > 0) return 0
    if (this.#bodyLeft < 0) throw new Error('The server sent more than one answer to one request.')
    this.#bodyLeft = -1
    return this.#status
  }
}
