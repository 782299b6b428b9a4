import { readText, type Span } from './json-members.ts'
import { findValue } from './json-pointer.ts'
import { makeTopicError, type ParseLine } from './log-line.ts'
import { addMembers } from './parse-audit-line.ts'
import { type LabelSource, readRoutingKey } from './routing-key.ts'

export interface NdjsonLineOptions {
  readonly topic: LabelSource
  readonly routingKey: LabelSource | 'none'
  readonly instance?: { readonly field: string; readonly name: string } | undefined
}

/** Reads logs in which each line is an event. */
export function makeNdjsonLineParser({ topic, routingKey, instance }: NdjsonLineOptions): ParseLine {
  const added =
    instance === undefined ? [] : ([[instance.field, Buffer.from(JSON.stringify(instance.name))]] as const)
  return (line) => {
    const event = trim(line)
    const span: Span = { start: 0, end: event.length }
    const message = addMembers(event, added)
    return {
      topic: readTopic(event, span, topic),
      routingKey: readRoutingKey(event, span, routingKey),
      message,
    }
  }
}

function readTopic(line: Uint8Array, span: Span, source: LabelSource): string {
  if ('fixed' in source) return source.fixed
  const value = findValue(line, span, source.pointer)
  const topic = readText(line, value)
  if (topic !== undefined) return topic
  const what = value === undefined ? 'nothing' : 'something else than text'
  throw makeTopicError(`The topic is to stand at /${source.pointer.join('/')}, but ${what} stands there.`)
}

/** Without the white space around it: the last byte is then the brace. */
function trim(line: Uint8Array): Uint8Array {
  let start = 0
  let end = line.length
  while (start < end && line[start]! <= 0x20) start++
  while (end > start && line[end - 1]! <= 0x20) end--
  return line.subarray(start, end)
}
