import { findLabelFault, HansardError } from 'hansard-protocol'
import { isDeviceName } from './device-name.ts'

/**
 * A label (topic or routing key) as the name of a folder, and back.
 *
 * 1. Reversible: `decodeLabel(encodeLabel(label)) === label`.
 * 2. Confined: only `A-Z a-z 0-9 . - _ ~`; never empty, `.`, `..` or a device name; at most
 *    `encodedLabelBytesMax` bytes.
 * 3. It never starts with `_`: such names are kept for Hansard (`_none`, `_hansard`).
 * 4. Free of collisions; with `mark` also on a store that ignores case.
 *
 * ```
 * letters, digits, . - _       stay
 * every other UTF-8 byte       ~ and two hex digits          a/b     a~2fb
 * _ or . first, . last         the same                      .x      ~2ex
 * device name                  its first character the same  con.1   ~63on.1
 * capitals (mode mark)         stay, and the end gets ~- and a hex number whose bit i (lowest first)
 *                              is 1 if the ASCII letter i of the label is a capital: Foo  Foo~-1
 * ```
 */
export type LetterCase = 'mark' | 'keep'

/** The longest name that a label of the grammar can become: 160 + 40 + `~-` + an escape at each end. */
export const encodedLabelBytesMax = 206

const untouched = /^[a-z0-9-](?:[a-z0-9._-]*[a-z0-9_-])?$/
const capital = /[A-Z]/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** @throws INTERNAL when `label` breaks the grammar of labels: nothing past intake may hold such a one. */
export function encodeLabel(label: string, letterCase: LetterCase): string {
  const fault = findLabelFault(label)
  if (fault !== undefined) throw new HansardError('INTERNAL', `The label of a folder ${fault}.`)
  const device = isDeviceName(label)
  if (!device && untouched.test(label)) return label
  const bytes = Buffer.from(label)
  let name = ''
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    const first = at === 0 && (device || byte === 0x5f || byte === 0x2e)
    const last = at === bytes.length - 1 && byte === 0x2e
    name += isPlain(byte) && !first && !last ? String.fromCharCode(byte) : escapeByte(byte)
  }
  return letterCase === 'mark' && capital.test(label) ? `${name}~-${makeCapitalMask(label)}` : name
}

/** @throws FOLDER_INVALID when `encodeLabel` never gives `segment`. */
export function decodeLabel(segment: string, letterCase: LetterCase): string {
  const label = tryDecodeLabel(segment, letterCase)
  if (label !== undefined) return label
  throw new HansardError('FOLDER_INVALID', `The folder name ${JSON.stringify(segment)} stands for no label.`)
}

/** Like `decodeLabel`, with undefined for a name that `encodeLabel` never gives. */
export function tryDecodeLabel(segment: string, letterCase: LetterCase): string | undefined {
  if (segment.length > encodedLabelBytesMax) return undefined
  const mark = letterCase === 'mark' ? segment.lastIndexOf('~-') : -1
  const label = unescapeName(mark < 0 ? segment : segment.slice(0, mark))
  if (label === undefined || findLabelFault(label) !== undefined) return undefined
  // One name for each label: whatever has another spelling was not written by us.
  return encodeLabel(label, letterCase) === segment ? label : undefined
}

function isPlain(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2e ||
    byte === 0x2d ||
    byte === 0x5f
  )
}

function escapeByte(byte: number): string {
  return `~${byte.toString(16).padStart(2, '0')}`
}

function makeCapitalMask(label: string): string {
  let mask = 0n
  let bit = 1n
  for (const letter of label.replaceAll(/[^A-Za-z]/g, '')) {
    if (capital.test(letter)) mask |= bit
    bit <<= 1n
  }
  return mask.toString(16)
}

function unescapeName(name: string): string | undefined {
  if (!name.includes('~')) return name
  const bytes: number[] = []
  for (let at = 0; at < name.length; at++) {
    if (name[at] !== '~') {
      bytes.push(name.charCodeAt(at))
      continue
    }
    const digits = name.slice(at + 1, at + 3)
    if (!/^[0-9a-f]{2}$/.test(digits)) return undefined
    bytes.push(Number.parseInt(digits, 16))
    at += 2
  }
  try {
    return utf8.decode(Uint8Array.from(bytes))
  } catch {
    return undefined
  }
}
