import { isUtf8 } from 'node:buffer'
import { copyOnOneLine, defaultLimits, HansardError, JsonScanner } from 'hansard-protocol'

const scanner = new JsonScanner(defaultLimits.depthMax)
const lineFeed = 0x0a
const openBrace = 0x7b

/**
 * A message as one line of JSON, with its line feed.
 * @throws EVENT_INVALID, EVENT_TOO_DEEP, EVENT_TOO_LARGE, BODY_NOT_UTF8, and what a `toJSON` or getter throws
 */
export function makeMessageLine(message: object | string | Uint8Array): Buffer {
  const line = message instanceof Uint8Array ? copyMessage(message) : printMessage(message)
  const bytes = line.length - 1
  if (bytes > defaultLimits.eventBytesMax) {
    throw new HansardError(
      'EVENT_TOO_LARGE',
      `The message has ${bytes} bytes; an event has at most ${defaultLimits.eventBytesMax}.`,
    )
  }
  return line
}

function printMessage(message: object | string): Buffer {
  if (typeof message === 'string') return copyMessage(Buffer.from(message))
  // The type says text, but a function or a toJSON may have none.
  const text = JSON.stringify(message) as string | undefined
  if (text === undefined || text.charCodeAt(0) !== openBrace) {
    throw new HansardError('EVENT_INVALID', 'The message is not an object that JSON can print.')
  }
  return Buffer.from(`${text}\n`)
}

/** The caller may use its bytes again, so they are copied. */
function copyMessage(bytes: Uint8Array): Buffer {
  if (!isUtf8(bytes)) throw new HansardError('BODY_NOT_UTF8', 'The message is not valid UTF-8.')
  const start = scanner.skipSpace(bytes, 0, bytes.length)
  if (bytes[start] !== openBrace) {
    throw new HansardError('EVENT_INVALID', 'The message is not a JSON object.')
  }
  const end = scanner.scanValue(bytes, start, bytes.length)
  if (end < 0) {
    const code = scanner.tooDeep ? 'EVENT_TOO_DEEP' : 'EVENT_INVALID'
    throw new HansardError(code, `The message, byte ${scanner.faultAt}: ${scanner.fault}.`)
  }
  const hasLineBreak = scanner.hasLineBreak
  if (scanner.skipSpace(bytes, end, bytes.length) < bytes.length) {
    throw new HansardError('EVENT_INVALID', 'The message holds more than one JSON object.')
  }
  const line = Buffer.allocUnsafe(end - start + 1)
  let at = end - start
  if (hasLineBreak) at = copyOnOneLine(bytes, start, end, line, 0)
  else line.set(bytes.subarray(start, end))
  line[at] = lineFeed
  return line.subarray(0, at + 1)
}
