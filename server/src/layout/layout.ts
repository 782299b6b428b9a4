import { HansardError } from 'hansard-protocol'
import { type LayoutField, type LayoutToken, layoutFields } from './layout-field.ts'
import { findSegmentFault } from './segment-fault.ts'

/**
 * The pattern of the folders below a destination's path, e.g. `/{topic}/{routingKey}/{yyyy}/{MM}/{dd}/{HH}`.
 * Fields stand in any order, each at most once, with literal text around them. An empty pattern or `/` means
 * no folders. Every layout can be read back: each folder name holds at most one label, and all else in it has
 * a fixed width.
 */
export interface Layout {
  readonly pattern: string
  /** One list of tokens for each folder name; empty when there are no folders. */
  readonly segments: readonly (readonly LayoutToken[])[]
  readonly fields: ReadonlySet<LayoutField>
}

const folderCountMax = 16

/** @throws CONFIG_INVALID with the column of the fault */
export function parseLayout(pattern: string): Layout {
  const refuse = (column: number, text: string): never => {
    throw new HansardError(
      'CONFIG_INVALID',
      `The layout ${JSON.stringify(pattern)} is not valid at column ${column}: ${text}`,
      { facts: { column } },
    )
  }
  const fields = new Set<LayoutField>()
  const segments: LayoutToken[][] = []
  const start = pattern.startsWith('/') ? 1 : 0
  const end = pattern.endsWith('/') && pattern.length > 1 ? pattern.length - 1 : pattern.length
  const inner = pattern.slice(start, end)
  let column = start + 1
  for (const text of inner === '' ? [] : inner.split('/')) {
    const tokens = readTokens(text, column, fields, refuse)
    const fault = findSegmentFault(tokens)
    if (fault !== undefined) refuse(column, fault)
    segments.push(tokens)
    column += text.length + 1
  }
  if (inner === '' && pattern.length > 1) refuse(2, 'a folder name is missing between two slashes.')
  if (segments.length > folderCountMax) {
    refuse(1, `it has ${segments.length} levels of folders. Use at most ${folderCountMax}.`)
  }
  return { pattern, segments, fields }
}

function readTokens(
  text: string,
  column: number,
  fields: Set<LayoutField>,
  refuse: (column: number, text: string) => never,
): LayoutToken[] {
  if (text === '') refuse(column, 'a folder name is missing between two slashes.')
  const tokens: LayoutToken[] = []
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('{', at)
    const literal = text.slice(at, open < 0 ? text.length : open)
    const stray = literal.indexOf('}')
    if (stray >= 0)
      refuse(column + at + stray, 'the brace `}` closes nothing. Remove it, or add the `{` before it.')
    if (literal !== '') tokens.push({ literal })
    if (open < 0) break
    const close = text.indexOf('}', open)
    if (close < 0) refuse(column + open, 'the brace `{` is not closed. Add a `}` after the field.')
    const name = text.slice(open + 1, close)
    const field = layoutFields.find((known) => known === name)
    if (field === undefined) {
      return refuse(column + open, `the field {${name}} is not known. Use ${listFields()}.`)
    }
    if (fields.has(field)) refuse(column + open, `the field {${name}} stands here a second time. Remove one.`)
    fields.add(field)
    tokens.push({ field })
    at = close + 1
  }
  return tokens
}

function listFields(): string {
  return layoutFields.map((field) => `{${field}}`).join(', ')
}
