import { crc32 } from 'node:zlib'
import type { RandomSource } from 'hansard-journal'

/**
 * The text of a key:
 *
 *   hansard_key_ Ab3dE6gH _ 43 characters  6 characters
 *   what it is   id         the secret     checksum
 *
 * Letters and digits only, so that a double click takes all of it. The prefix lets scanners find keys that leaked; the
 * checksum lets everybody tell a real one from junk without looking it up. Page: docs/formats/keys.md
 */
export interface MadeKey {
  /** Names the key in lists and logs; no secret. */
  readonly id: string
  /** The whole text, to be shown once. */
  readonly text: string
}

const prefix = 'hansard_key_'
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const idLength = 8
/** 62^43 is the first power above 2^256. */
const secretLength = 43
const checksumLength = 6

const pattern = /^hansard_key_([0-9A-Za-z]{8})_[0-9A-Za-z]{49}$/
export const keyIdPattern = /^[0-9A-Za-z]{8}$/

export function makeKey(random: RandomSource): MadeKey {
  const id = makeKeyId(random)
  const unchecked = `${prefix}${id}_${encode(readInteger(random.readBytes(32)), secretLength)}`
  return { id, text: unchecked + makeChecksum(unchecked) }
}

/** An id of its own, for a secret that was made elsewhere. */
export function makeKeyId(random: RandomSource): string {
  return encode(readInteger(random.readBytes(8)) % BigInt(digits.length) ** BigInt(idLength), idLength)
}

/** The id of a well-formed key; undefined for everything else. */
export function readKeyId(text: string): string | undefined {
  const id = pattern.exec(text)?.[1]
  if (id === undefined) return undefined
  return text.endsWith(makeChecksum(text.slice(0, -checksumLength))) ? id : undefined
}

/** True if the text is meant to be a key of Hansard, well-formed or not. */
export function hasKeyPrefix(text: string): boolean {
  return text.startsWith(prefix)
}

function makeChecksum(text: string): string {
  let rest = crc32(text)
  let encoded = ''
  for (let index = 0; index < checksumLength; index++) {
    encoded = digits[rest % digits.length]! + encoded
    rest = Math.floor(rest / digits.length)
  }
  return encoded
}

function encode(value: bigint, length: number): string {
  const base = BigInt(digits.length)
  let encoded = ''
  for (let rest = value; encoded.length < length; rest /= base)
    encoded = digits[Number(rest % base)]! + encoded
  return encoded
}

function readInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}
