import { HansardError } from './errors.ts'

/**
 * The grammar of labels: topics and routing keys.
 *
 * A label is Unicode text without control characters, line separators, bidirectional overrides and lone
 * surrogates. Its cost is at most `labelCostMax`: letters a-z and A-Z, digits, `.`, `-` and `_` cost 1, every
 * other character 3 for each of its UTF-8 bytes. The cost bounds the name of the folder that the label becomes.
 */
export const labelCostMax = 160

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the grammar refuses
const forbidden = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/
const plain = /^[A-Za-z0-9._-]+$/

/** The reason why `text` is not a label, or undefined if it is one. */
export function findLabelFault(text: string): string | undefined {
  if (text.length === 0) return 'is empty'
  if (plain.test(text)) {
    return text.length <= labelCostMax ? undefined : `is longer than ${labelCostMax} characters`
  }
  if (!text.isWellFormed()) return 'holds half of a surrogate pair'
  if (forbidden.test(text)) return 'holds a control or direction character'
  return labelCost(text) <= labelCostMax
    ? undefined
    : `is too long: it costs ${labelCost(text)} of ${labelCostMax} (letters, digits and .-_ cost 1, other characters 3 for each UTF-8 byte)`
}

function labelCost(text: string): number {
  let cost = 0
  for (const character of text) {
    const point = character.codePointAt(0)!
    const bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
    cost += plain.test(character) ? 1 : 3 * bytes
  }
  return cost
}

/** @throws TOPIC_INVALID */
export function parseTopic(text: string): string {
  const fault = findLabelFault(text)
  if (fault !== undefined) throw new HansardError('TOPIC_INVALID', `The topic ${fault}.`)
  return text
}

/**
 * Topic of the events that a server writes about itself. Nobody else may send under it; other spellings of it, such as
 * `Hansard`, are topics like all others.
 */
export const ownTopic = 'hansard'

/** A topic that a sender gives. @throws TOPIC_INVALID, TOPIC_RESERVED */
export function parseSentTopic(text: string): string {
  if (text === ownTopic) {
    throw new HansardError(
      'TOPIC_RESERVED',
      `The topic ${ownTopic} is that of the server's own events. Send yours under another topic.`,
    )
  }
  return parseTopic(text)
}

/** @throws ROUTING_KEY_INVALID */
export function parseRoutingKey(text: string): string {
  const fault = findLabelFault(text)
  if (fault !== undefined) throw new HansardError('ROUTING_KEY_INVALID', `The routing key ${fault}.`)
  return text
}
