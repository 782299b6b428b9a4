import { HansardError } from 'hansard-protocol'
import { encodeLabel, tryDecodeLabel } from './encode-label.ts'
import { parseLayout } from './layout.ts'
import { isLabelField, type LayoutField, type LayoutToken, type TimeField } from './layout-field.ts'
import { findPlaceholderFault } from './segment-fault.ts'
import { openZone, type TimeFields, type Zone } from './zone.ts'

/** What decides the folder of an event. */
export interface PlacementSettings {
  /** Pattern of the folders below the path, e.g. `/{topic}/{routingKey}/{yyyy}/{MM}/{dd}/{HH}`. */
  readonly layout: string
  /** Folder in place of the routing key for events that have none. */
  readonly noRoutingKeyFolder: string
  /** `mark`: folders of labels that differ in capitals only differ on every store; `keep`: folder = label. */
  readonly letterCase: 'mark' | 'keep'
  /** IANA name; decides the time fields of the folder and the offset in `serverTimestamp`. */
  readonly timeZone: string
}

/** What a folder tells about its events; fields that the layout does not hold are absent. */
export interface FolderFields extends Partial<TimeFields> {
  readonly topic?: string
  /** Null: the events have no routing key. */
  readonly routingKey?: string | null
}

/**
 * The folder of an event below its destination's path, and back. For the labels and times that the layout
 * holds: other values, other folder; with `letterCase: 'mark'` also on a store that ignores case.
 */
export interface Placement {
  readonly zone: Zone
  /** Folder names joined by `/`, without a slash at either end; empty when the layout has no folders. */
  folderOf(topic: string, routingKey: string | null, receivedAtMs: number): string
  /** Equal periods have equal time folders: as coarse as the finest time field of the layout. */
  periodOf(receivedAtMs: number): number
  /** Undefined for a folder that this layout never gives. */
  readFolder(folder: string): FolderFields | undefined
}

const namesMax = 4096
const timeBounds: Record<TimeField, readonly [number, number]> = {
  yyyy: [1970, 9999],
  MM: [1, 12],
  dd: [1, 31],
  HH: [0, 23],
  mm: [0, 59],
}

/** @throws CONFIG_INVALID when the layout, the time zone or the placeholder is not valid */
export function openPlacement(settings: PlacementSettings): Placement {
  const { letterCase, noRoutingKeyFolder } = settings
  const layout = parseLayout(settings.layout)
  const zone = openZone(settings.timeZone)
  const fault = findPlaceholderFault(noRoutingKeyFolder)
  if (fault !== undefined) {
    throw new HansardError('CONFIG_INVALID', `The folder ${JSON.stringify(noRoutingKeyFolder)} ${fault}.`)
  }
  const tokens = joinSegments(layout.segments)
  const periodOf = makePeriodReader(layout.fields, zone)
  const names = new Map<string, string>()
  let period = Number.NaN
  let time: TimeFields | undefined

  function nameOf(label: string): string {
    let name = names.get(label)
    if (name === undefined) {
      if (names.size >= namesMax) names.clear()
      name = encodeLabel(label, letterCase)
      names.set(label, name)
    }
    return name
  }

  function readLabel(field: LayoutField, name: string): string | null | undefined {
    if (field === 'routingKey' && name === noRoutingKeyFolder) return null
    return tryDecodeLabel(name, letterCase)
  }

  return {
    zone,
    periodOf,
    folderOf(topic, routingKey, receivedAtMs) {
      const thisPeriod = periodOf(receivedAtMs)
      if (time === undefined || thisPeriod !== period) {
        time = zone.readFields(receivedAtMs)
        period = thisPeriod
      }
      let folder = ''
      for (const token of tokens) {
        if ('literal' in token) folder += token.literal
        else if (token.field === 'topic') folder += nameOf(topic)
        else if (token.field !== 'routingKey') folder += time[token.field]
        else folder += routingKey === null ? noRoutingKeyFolder : nameOf(routingKey)
      }
      return folder
    },
    readFolder(folder) {
      const names = folder === '' ? [] : folder.split('/')
      if (names.length !== layout.segments.length) return undefined
      const fields: Record<string, string | null> = {}
      for (const [index, segment] of layout.segments.entries()) {
        if (!readSegment(segment, names[index]!, readLabel, fields)) return undefined
      }
      return fields
    },
  }
}

/** One run of tokens with the slashes in it. */
function joinSegments(segments: readonly (readonly LayoutToken[])[]): LayoutToken[] {
  return segments.flatMap((segment, index) => (index === 0 ? segment : [{ literal: '/' }, ...segment]))
}

function makePeriodReader(fields: ReadonlySet<LayoutField>, zone: Zone): (ms: number) => number {
  const local = (ms: number): number => ms + zone.readOffsetMs(ms)
  if (fields.has('mm')) return (ms) => Math.floor(local(ms) / 60_000)
  if (fields.has('HH')) return (ms) => Math.floor(local(ms) / 3_600_000)
  if (fields.has('dd')) return (ms) => Math.floor(local(ms) / 86_400_000)
  if (!fields.has('MM') && !fields.has('yyyy')) return () => 0
  const coarse = fields.has('MM') ? 1 : 12
  return (ms) => {
    const date = new Date(local(ms))
    return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / coarse)
  }
}

/** All but the one label has a fixed width, so the label is what remains. */
function readSegment(
  tokens: readonly LayoutToken[],
  name: string,
  readLabel: (field: LayoutField, name: string) => string | null | undefined,
  fields: Record<string, string | null>,
): boolean {
  let rest = name.length
  for (const token of tokens) rest -= fixedWidthOf(token)
  let at = 0
  for (const token of tokens) {
    if ('literal' in token) {
      if (!name.startsWith(token.literal, at)) return false
      at += token.literal.length
      continue
    }
    const width = isLabelField(token.field) ? rest : token.field.length
    const text = name.slice(at, at + Math.max(width, 0))
    const value = isLabelField(token.field) ? readLabel(token.field, text) : readTime(token.field, text)
    if (value === undefined) return false
    fields[token.field] = value
    at += width
  }
  return at === name.length
}

function fixedWidthOf(token: LayoutToken): number {
  if ('literal' in token) return token.literal.length
  return isLabelField(token.field) ? 0 : token.field.length
}

function readTime(field: TimeField, text: string): string | undefined {
  const [least, most] = timeBounds[field]
  const valid =
    /^\d+$/.test(text) && text.length === field.length && Number(text) >= least && Number(text) <= most
  return valid ? text : undefined
}
