import type { RandomSource } from 'hansard-journal'

/** Chance that repeats: the same seed gives the same draws in the same order. */
export interface SeededRandom extends RandomSource {
  /** A number in [0, 1). */
  nextFraction(): number
  /** A whole number in [0, max); 0 when `max` is 1 or less. */
  nextInteger(max: number): number
  /** True with probability `p`. Draws nothing when `p` is 0 or less. */
  chance(p: number): boolean
  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T
  /** A new stream that goes its own way, so that draws of one part do not shift those of another. */
  fork(): SeededRandom
}

/** Opens a stream of chance (xoshiro128**, filled by splitmix32). */
export function openRandom(seed: number): SeededRandom {
  let filler = seed | 0
  const fill = (): number => {
    filler = (filler + 0x9e3779b9) | 0
    let mixed = filler ^ (filler >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
  let a = fill()
  let b = fill()
  let c = fill()
  let d = fill()

  const nextWord = (): number => {
    const product = Math.imul(b, 5)
    const word = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return word
  }
  const nextFraction = (): number => nextWord() / 2 ** 32
  const nextInteger = (max: number): number => (max <= 1 ? 0 : Math.floor(nextFraction() * max))
  return {
    nextFraction,
    nextInteger,
    chance: (p) => p > 0 && nextFraction() < p,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('there is nothing to pick from')
      return items[nextInteger(items.length)]!
    },
    fork: () => openRandom(nextWord()),
    readBytes: (length) => {
      const bytes = new Uint8Array(length)
      for (let at = 0; at < length; at += 4) {
        const word = nextWord()
        for (let byte = 0; byte < 4 && at + byte < length; byte++) bytes[at + byte] = word >>> (8 * byte)
      }
      return bytes
    },
  }
}
