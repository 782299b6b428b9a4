import { findLabelFault } from 'hansard-protocol'
import { deviceNames } from './device-name.ts'
import { encodedLabelBytesMax } from './encode-label.ts'
import { isLabelField, type LayoutToken } from './layout-field.ts'

const nameBytesMax = 255
const foreign = /[\\<>:"|?*%]/

/**
 * Why the tokens of one folder name may come out as a name that some store cannot keep, that belongs to
 * Hansard, or that cannot be read back; undefined if all is well.
 */
export function findSegmentFault(tokens: readonly LayoutToken[]): string | undefined {
  const first = tokens[0]
  const last = tokens.at(-1)
  const labels = tokens.filter((token) => 'field' in token && isLabelField(token.field)).length
  const start = first !== undefined && 'literal' in first ? first.literal : ''
  const end = last !== undefined && 'literal' in last ? last.literal : ''
  if (labels > 1) {
    return 'the topic and the routing key share one folder name, which could get too long. Put a `/` between them.'
  }
  if (start.startsWith('_')) return 'a folder name starts with `_`. Such names are kept for Hansard.'
  if (start.startsWith('.')) return 'a folder name starts with `.`. Begin it with another character.'
  if (end.endsWith('.')) return 'a folder name ends with `.`. End it with another character.'
  if (start.startsWith(' ') || end.endsWith(' ')) {
    return 'a folder name starts or ends with a space. Remove the space.'
  }
  for (const token of tokens) {
    const fault = 'literal' in token ? findLiteralFault(token.literal) : undefined
    if (fault !== undefined) return fault
  }
  const bytes = countBytesMax(tokens)
  if (bytes > nameBytesMax) {
    return `a folder name could get ${bytes} bytes long. Shorten its text: ${nameBytesMax} is the most.`
  }
  return findDeviceFault(tokens)
}

/** The longest that a folder name of these tokens can get, in bytes. */
function countBytesMax(tokens: readonly LayoutToken[]): number {
  let bytes = 0
  for (const token of tokens) {
    if ('literal' in token) bytes += Buffer.byteLength(token.literal)
    else bytes += isLabelField(token.field) ? encodedLabelBytesMax : token.field.length
  }
  return bytes
}

function findLiteralFault(literal: string): string | undefined {
  const character = foreign.exec(literal)?.[0]
  if (character !== undefined) {
    return `a folder name holds \`${character}\`, which not every store can keep. Use another character.`
  }
  // The grammar of labels serves here too; its bound on the cost is not what we ask, so letter by letter.
  for (const part of literal.match(/[\s\S]{1,8}/gu) ?? []) {
    const fault = findLabelFault(part)
    if (fault !== undefined) return `a folder name ${fault}. Remove that character.`
  }
  return undefined
}

function findDeviceFault(tokens: readonly LayoutToken[]): string | undefined {
  for (const stem of listStems(tokens)) {
    const name = deviceNames.find((device) => stem.test(device))
    if (name !== undefined) {
      return `a folder name could come out as \`${name}\`, which Windows keeps for a device. Change the text beside the field.`
    }
  }
  return undefined
}

/**
 * What can stand before the first dot of the name: tokens up to a dot in a literal, or up to a label, which
 * may hold a dot itself. A label alone is left out: its encoding avoids device names by itself.
 */
function listStems(tokens: readonly LayoutToken[]): RegExp[] {
  const stems: string[] = []
  let stem = ''
  for (const [index, token] of tokens.entries()) {
    if ('field' in token) {
      stem += isLabelField(token.field) ? '[a-z0-9._~-]+' : `[0-9]{${token.field.length}}`
      if (isLabelField(token.field) && index > 0) stems.push(stem)
      continue
    }
    const dot = token.literal.indexOf('.')
    const text = dot < 0 ? token.literal : token.literal.slice(0, dot)
    stem += text.replaceAll(/[^A-Za-z0-9]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
    // A dot right after a label adds nothing to it.
    if (dot >= 0) return text === '' && index === 1 ? toPatterns(stems) : toPatterns([...stems, stem])
  }
  const alone = tokens.length === 1 && 'field' in tokens[0]!
  return toPatterns(alone ? stems : [...stems, stem])
}

function toPatterns(stems: readonly string[]): RegExp[] {
  return stems.map((stem) => new RegExp(`^${stem}$`, 'iu'))
}

/** Why `folder` cannot stand in place of a routing key; undefined if it can. */
export function findPlaceholderFault(folder: string): string | undefined {
  if (!/^_[A-Za-z0-9_-]{0,62}$/.test(folder)) {
    return 'must start with `_` and hold only letters, digits, `-` and `_`, at most 63 in all, for example _none'
  }
  // Also not a part of it: the layout may add text behind.
  if ('_hansard'.startsWith(folder.toLowerCase()))
    return 'is kept for Hansard. Take another name, for example _none'
  return undefined
}
