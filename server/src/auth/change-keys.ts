import type { RandomSource } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import { hasKeyPrefix, makeKey, makeKeyId, readKeyId } from './key-format.ts'
import type { KeyRecord, KeyScope, KeySecret } from './key-record.ts'
import { findOpaqueFault, hashKey } from './secret-hash.ts'

/**
 * What can be done to keys. Each takes the keys as they are and gives them as they shall be; nothing is stored here.
 *
 * 1. A name is given once: a revoked one stays reserved, for the journal holds events that were sent with it.
 * 2. The text of a new key leaves in `text` and is kept nowhere.
 */
export interface KeyDoors {
  readonly random: RandomSource
  /** ms since 1970 */
  readonly now: number
}

export interface KeyChange {
  readonly keys: readonly KeyRecord[]
  /** The key that was changed, as it is now. */
  readonly record: KeyRecord
}

export type KeyMaking = KeyChange & { readonly text: string }

/** @throws KEY_NAME_TAKEN */
export function createKey(
  keys: readonly KeyRecord[],
  name: string,
  scope: KeyScope,
  doors: KeyDoors,
): KeyMaking {
  const { id, text } = makeKey(doors.random)
  return { ...addKey(keys, name, scope, makeSecret(id, hashKey(text), doors.now), doors.now), text }
}

/**
 * Takes over a secret that was made elsewhere. A key of another Hansard keeps its id.
 * @param hashOpaque as `openOpaqueHash` makes it
 * @throws KEY_NAME_TAKEN, SECRET_UNFIT
 */
export function importKey(
  keys: readonly KeyRecord[],
  name: string,
  text: string,
  scope: KeyScope,
  doors: KeyDoors & { hashOpaque(text: string): string },
): KeyChange {
  const fault = findOpaqueFault(text)
  if (fault !== undefined) throw new HansardError('SECRET_UNFIT', `The secret ${fault}. Take another one.`)
  const ownId = readKeyId(text)
  if (ownId === undefined && hasKeyPrefix(text)) {
    throw new HansardError(
      'SECRET_UNFIT',
      'The secret is a key of Hansard of which something is missing or changed.',
    )
  }
  const secret: KeySecret =
    ownId === undefined
      ? {
          ...makeSecret(makeKeyId(doors.random), doors.hashOpaque(text), doors.now),
          scheme: 'hmac-sha256',
        }
      : makeSecret(ownId, hashKey(text), doors.now)
  const other = keys.find((key) =>
    key.secrets.some(({ hash, id }) => hash === secret.hash || id === secret.id),
  )
  if (other !== undefined) {
    throw new HansardError(
      'KEY_NAME_TAKEN',
      `This secret is already that of the key ${other.name}. Each key needs a secret of its own.`,
    )
  }
  return addKey(keys, name, scope, secret, doors.now)
}

/**
 * Gives a key a second secret; those before hold for `overlapMs` more.
 * @throws KEY_UNKNOWN
 */
export function rotateKey(
  keys: readonly KeyRecord[],
  name: string,
  overlapMs: number,
  doors: KeyDoors,
): KeyMaking {
  const before = findLiveKey(keys, name)
  const { id, text } = makeKey(doors.random)
  const latest = formatInstant(doors.now + overlapMs)
  const kept = before.secrets
    .filter(({ endsAt }) => endsAt === null || Date.parse(endsAt) > doors.now)
    .map((secret) => ({
      ...secret,
      // Rotated again within the overlap: what was to end sooner still does.
      endsAt: secret.endsAt !== null && secret.endsAt < latest ? secret.endsAt : latest,
    }))
  const record = { ...before, secrets: [...kept, makeSecret(id, hashKey(text), doors.now)] }
  return { ...replaceKey(keys, record), text }
}

/** Revoking twice changes nothing. @throws KEY_UNKNOWN */
export function revokeKey(keys: readonly KeyRecord[], name: string, now: number): KeyChange {
  const before = findKey(keys, name)
  return replaceKey(keys, { ...before, revokedAt: before.revokedAt ?? formatInstant(now) })
}

function addKey(
  keys: readonly KeyRecord[],
  name: string,
  scope: KeyScope,
  secret: KeySecret,
  now: number,
): KeyChange {
  const taken = keys.find((key) => key.name === name)
  if (taken !== undefined) {
    const advice =
      taken.revokedAt === null
        ? `Take another name, or give it a new secret: hansard keys rotate ${name}`
        : 'It was revoked, and events that were sent with it bear its name. Take another name.'
    throw new HansardError('KEY_NAME_TAKEN', `There is a key ${name} already. ${advice}`)
  }
  const record = { name, createdAt: formatInstant(now), ...scope, revokedAt: null, secrets: [secret] }
  return { keys: [...keys, record], record }
}

function findKey(keys: readonly KeyRecord[], name: string): KeyRecord {
  const found = keys.find((key) => key.name === name)
  if (found !== undefined) return found
  throw new HansardError('KEY_UNKNOWN', `There is no key ${name}. See all with: hansard keys list`)
}

function findLiveKey(keys: readonly KeyRecord[], name: string): KeyRecord {
  const found = findKey(keys, name)
  if (found.revokedAt === null) return found
  throw new HansardError('KEY_UNKNOWN', `The key ${name} was revoked. Make one with another name.`)
}

function replaceKey(keys: readonly KeyRecord[], record: KeyRecord): KeyChange {
  return { keys: keys.map((key) => (key.name === record.name ? record : key)), record }
}

function makeSecret(id: string, hash: string, now: number): KeySecret {
  return { id, scheme: 'sha256', hash, createdAt: formatInstant(now), endsAt: null }
}

function formatInstant(ms: number): string {
  return new Date(ms).toISOString()
}
