import { InvalidArgumentError } from 'commander'
import { findLabelFault } from 'hansard-protocol'

/** Readers for the values of command-line options. They throw commander's own error, which names the option. */

export function parseServerUrl(text: string): URL {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('Give a URL such as http://127.0.0.1:9999')
  }
  return url
}

/** A reader for whole numbers from `min` to `max`. */
export function makeCountParser(min: number, max: number): (text: string) => number {
  return (text) => {
    const count = Number(text)
    if (!/^\d+$/.test(text) || count < min || count > max) {
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`)
    }
    return count
  }
}

/** Seconds, with a fraction if wanted; more than 0. */
export function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || seconds <= 0) throw new InvalidArgumentError('Give seconds, such as 30.')
  return seconds
}

export function parseLabel(text: string): string {
  const fault = findLabelFault(text)
  if (fault !== undefined) throw new InvalidArgumentError(`It ${fault}.`)
  return text
}
