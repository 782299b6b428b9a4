import { z } from 'zod'
import { type JsonPointer, parseJsonPointer } from '../lines/json-pointer.ts'

/** The small kinds of value that settings are made of. Texts of faults follow the name of the setting. */

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
const unitBytes = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const

/** A map of settings in which nothing unknown may stand. */
export function settings<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ')
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys'
        ? `is not a known setting. Known here: ${known}.`
        : `must hold settings: ${known}.`,
  })
}

/** Milliseconds, as a number or with a unit: `250`, `250ms`, `10s`, `5m`, `1h`. */
export function duration() {
  return quantity(
    'duration',
    unitMs,
    'a number of milliseconds, or one with its unit such as 250ms, 10s or 5m',
  )
}

/** Bytes, as a number or with a unit: `64MiB`, `1GB`. */
export function size() {
  return quantity('size', unitBytes, 'a number of bytes, or one with its unit such as 512KiB, 64MiB or 1GB')
}

function quantity(title: string, units: Readonly<Record<string, number>>, what: string) {
  const fault = `must be ${what}.`
  const pattern = new RegExp(`^(\\d+(?:\\.\\d+)?) ?(${Object.keys(units).join('|')})$`)
  return z
    .union([z.int(fault).nonnegative(fault), z.string(fault).regex(pattern, fault)], { error: fault })
    .transform((value) => {
      if (typeof value === 'number') return value
      const [, digits, unit] = pattern.exec(value)!
      return Math.round(Number(digits) * units[unit!]!)
    })
    .meta({ title })
}

export function wholeNumber() {
  return z.int({ error: 'must be a whole number from 1 on.' }).min(1, { error: 'must be 1 or more.' })
}

export function flag() {
  return z.boolean({ error: 'must be true or false.' })
}

export function text(what: string) {
  return z.string({ error: `must be ${what}.` }).min(1, { error: `must be ${what}; it is empty.` })
}

export function choice<const Words extends readonly [string, ...string[]]>(...words: Words) {
  return z.enum(words, { error: `must be one of ${words.join(', ')}.` })
}

export function list<Item extends z.ZodType>(item: Item, what: string) {
  return z
    .array(item, { error: `must be a list of ${what}.` })
    .min(1, { error: `must name at least one of ${what}.` })
}

/** A JSON pointer such as `/user/name`. */
export function jsonPointer() {
  const fault = 'must be a JSON pointer such as /routingKey.'
  return z
    .string({ error: fault })
    .transform((value, context): JsonPointer => {
      const pointer = parseJsonPointer(value)
      if (pointer !== undefined) return pointer
      context.addIssue(fault)
      return z.NEVER
    })
    .meta({ title: 'JSON pointer' })
}
