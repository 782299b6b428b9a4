import assert from 'node:assert/strict'
import type { Clock } from 'hansard-journal'
import { type ErrorCode, HansardError } from 'hansard-protocol'
import type { StoredFile } from '../../server/src/connections/connection.ts'
import type { ObjectStore, PiecewiseUpload } from '../../server/src/connections/object-store.ts'
import { compareBytes } from '../../server/src/connections/stored-path.ts'
import { openRandom, type SeededRandom } from './random.ts'
import { Turns } from './turns.ts'

export interface SimStoreOptions {
  readonly seed?: number
  /** Each request, and each answer, takes from 0 to this many turns of the event loop. */
  readonly latencyTurnsMax?: number
  /** Objects above this size come in pieces; 1000 by default. */
  readonly pieceBytes?: number
  readonly piecesMax?: number
  /** Needed for the accident `slow`. */
  readonly clock?: Clock
}

/** One request as a store sees it; an upload in pieces is a `begin`, some `piece`, and a `complete` or `abandon`. */
export interface SimRequest {
  readonly operation: 'put' | 'begin' | 'piece' | 'complete' | 'abandon' | 'read' | 'list' | 'remove'
  readonly key: string
}

/**
 * What can happen to a request. `lost-answer`: done, but nobody hears of it. `reset`: broken off in mid-body.
 * `short`: as `reset` when something is read, but the end looks like one. `corrupt`: other bytes arrive, and the
 * store sees it by their checksum. `busy`, `denied`: refused. `gone`: somebody removes the object just before.
 * `slow`: the answer takes 5 s. `hang`: no answer before the caller gives up; `hang-done`: the same, but done.
 */
export type Accident =
  | 'lost-answer'
  | 'reset'
  | 'short'
  | 'corrupt'
  | 'busy'
  | 'denied'
  | 'gone'
  | 'slow'
  | 'hang'
  | 'hang-done'

const codes = {
  aborted: 'CONNECTION_UNREACHABLE',
  reset: 'CONNECTION_UNREACHABLE',
  checksum: 'CONNECTION_UNREACHABLE',
  busy: 'CONNECTION_BUSY',
  denied: 'CONNECTION_DENIED',
  unsupported: 'CONNECTION_UNSUPPORTED',
} as const satisfies Record<string, ErrorCode>

/** An error in the words of this store. */
class SimStoreError extends Error {
  readonly kind: keyof typeof codes

  constructor(kind: keyof typeof codes) {
    super(`${kind} (simulated)`)
    this.kind = kind
  }
}

/** An object store in memory. What happens follows from the seed and the calls. */
export class SimStore {
  readonly objects = new Map<string, Buffer>()
  /** False: only writing is allowed. */
  canRead = true
  /**
   * What it makes of the condition not to overwrite: `kept`; `whole`: kept for objects that come in one request;
   * `unsupported`: refused.
   */
  conditions: 'kept' | 'whole' | 'unsupported' = 'kept'
  clockSkewMs: number | undefined
  /** How often it was opened. */
  openCount = 0
  /** Uploads that were begun and neither completed nor abandoned. */
  uploadCount = 0
  /** Bytes of bodies on their way, and the most there ever were. */
  readonly bodyBytes = { now: 0, most: 0 }
  /** Hears of each request before it takes effect, and says what happens to it. */
  onRequest: ((request: SimRequest) => Accident | undefined) | undefined
  readonly #random: SeededRandom
  readonly #turns = new Turns()
  readonly #options: SimStoreOptions
  #secret = 1

  constructor(options: SimStoreOptions = {}) {
    this.#options = options
    this.#random = openRandom(options.seed ?? 1)
  }

  /** From now on only those who open the store anew are let in. */
  rotateSecret(): void {
    this.#secret++
  }

  /** Resolves when no request is on its way and none came for some turns of the event loop. */
  settle(): Promise<void> {
    return this.#turns.settle()
  }

  /** @param conditional false: no condition is asked for, so the last writer wins */
  async open(conditional = true): Promise<ObjectStore> {
    this.openCount++
    const secret = this.#secret
    const { pieceBytes = 1_000, piecesMax = 10_000 } = this.#options
    const request: Request = (operation, key, signal, work) =>
      this.#request(secret, { operation, key }, signal, work)
    const isTaken = (operation: 'put' | 'complete', key: string): boolean => {
      if (!conditional || (operation === 'complete' && this.conditions === 'whole')) return false
      if (this.conditions === 'unsupported') throw new SimStoreError('unsupported')
      return this.objects.has(key)
    }
    const store = (operation: 'put' | 'complete', key: string, bytes: Buffer): boolean => {
      if (isTaken(operation, key)) return false
      this.objects.set(key, bytes)
      return true
    }
    const skew = (): number | undefined => this.clockSkewMs
    return {
      pieceBytes,
      piecesMax,
      putWhole: (key, bytes, signal) =>
        this.#carry(bytes.length, () =>
          request('put', key, signal, () => store('put', key, Buffer.from(bytes))),
        ),
      putInPieces: (key, upload, signal) =>
        this.#upload(request, key, upload, signal, (whole) => store('complete', key, whole)),
      read: async (key, signal) => {
        let accident: Accident | undefined
        const bytes = await request('read', key, signal, (happens) => {
          if (!this.canRead) throw new SimStoreError('denied')
          accident = happens
          const found = this.objects.get(key)
          if (found === undefined && accident === 'reset') throw new SimStoreError('reset')
          return found
        })
        return bytes && { bytes: bytes.length, chunks: this.#send(bytes, accident, signal) }
      },
      list: (prefix, signal) => this.#list(request, prefix, signal),
      remove: (key, signal) => request('remove', key, signal, () => void this.objects.delete(key)),
      get clockSkewMs() {
        return skew()
      },
      translate: (error, action) => {
        assert.ok(error instanceof SimStoreError, `no error of this store: ${error}`)
        return new HansardError(codes[error.kind], `Cannot ${action}: ${error.message}.`, { cause: error })
      },
      format: (key) => `sim://${key}`,
    }
  }

  async #request<T>(
    secret: number,
    seen: SimRequest,
    signal: AbortSignal,
    work: (accident: Accident | undefined) => T,
  ): Promise<T> {
    const accident = this.onRequest?.(seen)
    await this.#pass(signal)
    if (accident === 'hang') await untilAborted(signal)
    if (accident === 'slow') await this.#options.clock!.sleep(5_000, signal)
    if (accident === 'reset' && seen.operation !== 'read') throw new SimStoreError('reset')
    if (accident === 'corrupt') throw new SimStoreError('checksum')
    if (accident === 'busy') throw new SimStoreError('busy')
    if (accident === 'denied' || secret !== this.#secret) throw new SimStoreError('denied')
    if (accident === 'gone') this.objects.delete(seen.key)
    const result = work(accident)
    if (accident === 'hang-done') await untilAborted(signal)
    await this.#pass(signal)
    if (accident === 'lost-answer') throw new SimStoreError('reset')
    return result
  }

  /** The way of a request or an answer. */
  async #pass(signal: AbortSignal): Promise<void> {
    await this.#turns.run(this.#random.nextInteger((this.#options.latencyTurnsMax ?? 0) + 1), () => {})
    if (signal.aborted) throw new SimStoreError('aborted')
  }

  async #carry<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    this.bodyBytes.now += bytes
    this.bodyBytes.most = Math.max(this.bodyBytes.most, this.bodyBytes.now)
    try {
      return await work()
    } finally {
      this.bodyBytes.now -= bytes
    }
  }

  async #upload(
    request: Request,
    key: string,
    upload: PiecewiseUpload,
    signal: AbortSignal,
    store: (whole: Buffer) => boolean,
  ): Promise<boolean> {
    const pieces: Buffer[] = []
    let isOpen = false
    const close = (): void => {
      if (isOpen) this.uploadCount--
      isOpen = false
    }
    try {
      await request('begin', key, signal, () => {
        this.uploadCount++
        isOpen = true
      })
      for await (const piece of upload.read()) {
        assert.ok((pieces.at(-1)?.length ?? upload.pieceBytes) === upload.pieceBytes, 'a piece is too short')
        const take = (): number => pieces.push(Buffer.from(piece))
        await this.#carry(piece.length, () => request('piece', key, signal, take))
      }
      const whole = Buffer.concat(pieces)
      assert.equal(whole.length, upload.bytes)
      return await request('complete', key, signal, () => {
        const isStored = store(whole)
        if (isStored) close()
        return isStored
      })
    } finally {
      // With a signal of its own: what was given up must still be tidied up.
      if (isOpen) await request('abandon', key, neverAborted, close).catch(() => {})
    }
  }

  async *#send(
    bytes: Buffer,
    accident: Accident | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const end = accident === 'reset' || accident === 'short' ? Math.floor(bytes.length / 2) : bytes.length
    for (let at = 0; at < end; ) {
      const next = Math.min(end, at + 1 + this.#random.nextInteger(bytes.length))
      await this.#pass(signal)
      yield Uint8Array.from(bytes.subarray(at, next))
      at = next
    }
    if (accident === 'reset') throw new SimStoreError('reset')
  }

  /** In pages, as stores do; what is put or removed meanwhile may be in it or not. */
  async *#list(request: Request, prefix: string, signal: AbortSignal): AsyncGenerator<StoredFile> {
    for (let last: string | undefined; ; ) {
      const page = await request('list', prefix, signal, () => {
        if (!this.canRead) throw new SimStoreError('denied')
        return [...this.objects]
          .filter(([key]) => key.startsWith(prefix) && (last === undefined || compareBytes(key, last) > 0))
          .sort(([a], [b]) => compareBytes(a, b))
          .slice(0, pageKeysMax)
          .map(([path, { length }]) => ({ path, bytes: length }))
      })
      yield* page
      last = page.at(-1)?.path
      if (page.length < pageKeysMax) return
    }
  }
}

type Request = <T>(
  operation: SimRequest['operation'],
  key: string,
  signal: AbortSignal,
  work: (accident: Accident | undefined) => T,
) => Promise<T>

const pageKeysMax = 3
const neverAborted = new AbortController().signal

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => reject(new SimStoreError('aborted'))
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
  })
}
