import type { LabelRun } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import { readCredential } from './credential.ts'
import { type KeyFinding, type KeyRing, keyFaults, type RingKey } from './key-ring.ts'
import type { KeyUsage } from './key-usage.ts'

/** Why requests are refused for their key, or for having none. */
export const keyRefusals = ['missing', ...keyFaults, 'network', 'scope'] as const
export type KeyRefusal = (typeof keyRefusals)[number]

/** The part of the keeper that the gate needs. */
export interface KeySource {
  readonly ring: KeyRing
  readonly usage: KeyUsage
}

export interface KeyGateOptions {
  readonly isRequired: boolean
  readonly source: KeySource
  /** Told of every refused request, with the key where it is known. */
  onRefused?(refusal: KeyRefusal, address: string, key: string | undefined): void
}

/**
 * Lets requests in by their key, before their body is read.
 *
 * 1. Whoever has no valid key gets one answer, whatever is wrong with it: nobody learns which keys exist. The counts tell.
 * 2. A key that is sent is checked and recorded, also where none is required.
 */
export class KeyGate {
  /** Since the start. */
  readonly refusals = new Map<KeyRefusal, number>(keyRefusals.map((refusal) => [refusal, 0]))
  /** The key of the last refused request; undefined if it had none that is known. */
  lastRefusedKey: string | undefined
  /** Where the last refused request came from. */
  lastRefusedAddress: string | undefined
  readonly #isRequired: boolean
  readonly #source: KeySource
  readonly #onRefused: KeyGateOptions['onRefused']

  constructor(options: KeyGateOptions) {
    this.#isRequired = options.isRequired
    this.#source = options.source
    this.#onRefused = options.onRefused
  }

  /**
   * @param certificateKey name of the key for which the client certificate stands; a key in the header goes before it
   * @throws KEY_MISSING, KEY_INVALID, KEY_SCOPE
   */
  admit(
    authorization: string | undefined,
    address: string,
    now: number,
    certificateKey?: string | undefined,
  ): KeyPass {
    const refuse = (refusal: KeyRefusal, error: HansardError, key?: string): HansardError => {
      this.refusals.set(refusal, this.refusals.get(refusal)! + 1)
      this.lastRefusedAddress = address
      this.lastRefusedKey = key
      this.#onRefused?.(refusal, address, key)
      return error
    }
    if (authorization === undefined && certificateKey === undefined) {
      if (!this.#isRequired) return openPass
      throw refuse('missing', makeMissing())
    }
    const found =
      authorization === undefined
        ? this.#source.ring.findNamed(certificateKey ?? '', now)
        : this.#find(authorization, now)
    if (found.fault !== undefined) throw refuse(found.fault, makeInvalid(), found.name)
    const { key, secretId } = found
    const { usage } = this.#source
    const refuseScope = (refusal: 'network' | 'scope', detail: string, index?: number): HansardError => {
      usage.noteRefused(key.name)
      return refuse(refusal, makeOutOfScope(detail, index), key.name)
    }
    if (!key.allowsAddress(address)) {
      throw refuseScope('network', `The key ${key.name} may not be used from ${address}.`)
    }
    usage.noteRequest(key.name, secretId, now)
    return {
      key: key.name,
      checkLabels: (topic, routingKey) => {
        if (key.allowsLabels(topic, routingKey)) return
        throw refuseScope('scope', describeOutside(key, topic, routingKey))
      },
      checkEvents: (runs) => {
        let index = 0
        for (const [topic, routingKey, count] of runs) {
          if (!key.allowsLabels(topic, routingKey)) {
            const detail = `Event ${index}: ${describeOutside(key, topic, routingKey)} No event was stored.`
            throw refuseScope('scope', detail, index)
          }
          index += count
        }
      },
      noteTaken: (events) => usage.noteEvents(key.name, events),
    }
  }

  #find(authorization: string, now: number): KeyFinding {
    const credential = readCredential(authorization)
    return credential === undefined ? { fault: 'malformed' } : this.#source.ring.find(credential, now)
  }
}

/** What a request may do that was let in. */
export interface KeyPass {
  /** Name of the key; undefined if the request came without one. */
  readonly key: string | undefined
  /** For requests of which all events have these labels. @throws KEY_SCOPE */
  checkLabels(topic: string, routingKey: string | null): void
  /** For events that bring their own labels. @throws KEY_SCOPE with the `index` of the first event that is out of scope */
  checkEvents(runs: readonly LabelRun[]): void
  /** So many events of the request have their receipt. */
  noteTaken(events: number): void
}

const openPass: KeyPass = {
  key: undefined,
  checkLabels: () => {},
  checkEvents: () => {},
  noteTaken: () => {},
}

function makeMissing(): HansardError {
  return new HansardError(
    'KEY_MISSING',
    'This server takes events only with a key. Send it as "Authorization: Bearer <key>".',
  )
}

function makeInvalid(): HansardError {
  return new HansardError(
    'KEY_INVALID',
    'The key is not valid: it is unknown, was revoked, or its time is over. Send a valid one, or ask whoever runs this server.',
  )
}

function makeOutOfScope(detail: string, index: number | undefined): HansardError {
  return new HansardError('KEY_SCOPE', detail, index === undefined ? {} : { facts: { index } })
}

function describeOutside(key: RingKey, topic: string, routingKey: string | null): string {
  const labels = routingKey === null ? 'no routing key' : `the routing key ${JSON.stringify(routingKey)}`
  return `The key ${key.name} may not send events with the topic ${JSON.stringify(topic)} and ${labels}.`
}
