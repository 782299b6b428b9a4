import { HansardError } from 'hansard-protocol'
import { z } from 'zod'
import { parsePath } from './parse-path.ts'

/** The small kinds of value that settings are made of. Texts of faults end a sentence that starts with "must". */

const durationUnitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const durationPattern = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d)$/

const sizeUnitBytes = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
} as const
const sizePattern = /^(\d+(?:\.\d+)?) ?(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$/

/** A duration such as `500ms`, `10s`, `5m`, `24h`, `1d`; gives milliseconds. Bounds in the same words. */
export function duration(least: string, most: string) {
  const fault = `must be a duration from ${least} to ${most}, with its unit: ms, s, m, h or d`
  return z
    .string({ error: fault })
    .regex(durationPattern, { error: fault })
    .transform((text, context) => {
      const ms = readDuration(text)
      if (ms >= readDuration(least) && ms <= readDuration(most)) return ms
      context.addIssue(fault)
      return z.NEVER
    })
    .meta({ title: 'duration' })
}

/** A size such as `64MiB`, `10GB` or a number of bytes; gives bytes. */
export function size(least: string, most: string) {
  const fault = `must be a size from ${least} to ${most}: a number of bytes, or one with its unit such as 512KiB, 64MiB or 10GB`
  return z
    .union([z.int(fault).nonnegative(fault), z.string().regex(sizePattern, fault)], { error: fault })
    .transform((value, context) => {
      const bytes = typeof value === 'number' ? value : readSize(value)
      if (bytes >= readSize(least) && bytes <= readSize(most)) return bytes
      context.addIssue(fault)
      return z.NEVER
    })
    .meta({ title: 'size' })
}

export function wholeNumber(least: number, most: number) {
  const fault = { error: `must be a whole number from ${least} to ${most}` }
  return z.int(fault).min(least, fault).max(most, fault)
}

export function flag() {
  return z.boolean({ error: 'must be true or false' })
}

/** Text that is not empty and holds no control characters. */
export function text(what: string) {
  const fault = { error: `must be ${what}` }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
  return z.string(fault).regex(/^[^\u0000-\u001f\u007f]+$/, fault)
}

/** Folders within a store, in their one spelling; empty for its root. */
export function storePath(what: string) {
  return z.string({ error: `must be ${what}` }).transform(checked(parsePath))
}

/** Text that is not shown and may stand elsewhere: `${NAME}` or `file:/path`. */
export function secret(what: string) {
  // `writeOnly` is how JSON Schema says "never shown"; the reading of values looks for it.
  return z.string({ error: `must be ${what}` }).meta({ title: 'secret', writeOnly: true })
}

export function choice<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `must be one of ${words.join(', ')}` })
}

/** Names of connections and destinations. */
const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/

export function name(what: string) {
  const fault = { error: `must be ${what}: a-z, 0-9 and -, not - first, at most 63 characters` }
  return z.string(fault).regex(namePattern, fault)
}

function readDuration(text: string): number {
  const [, digits, unit] = durationPattern.exec(text)!
  return Math.round(Number(digits) * durationUnitMs[unit as keyof typeof durationUnitMs])
}

function readSize(text: string): number {
  const [, digits, unit] = sizePattern.exec(text)!
  return Math.round(Number(digits) * sizeUnitBytes[(unit ?? 'B') as keyof typeof sizeUnitBytes])
}

/** Turns a refusal by another room into a fault of the setting. */
export function checked<Result>(parse: (value: string) => Result) {
  return (value: string, context: z.RefinementCtx): Result => {
    try {
      return parse(value)
    } catch (error) {
      if (!(error instanceof HansardError)) throw error
      context.addIssue(error.message)
      return z.NEVER
    }
  }
}
