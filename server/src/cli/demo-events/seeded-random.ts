/** Chance that is the same in every run: equal seeds and equal calls give equal answers. */
export interface SeededRandom {
  /** A number in [0, 1). */
  nextFraction(): number
  /** A whole number from `min` to `max`, both included. */
  nextInteger(min: number, max: number): number
  /** True with the probability `probability`. */
  chance(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** Like `pick`; an item of weight 2 comes twice as often as one of weight 1. */
  pickWeighted<Item>(items: readonly (readonly [weight: number, item: Item])[]): Item
  /** Letters and digits, e.g. for ids. */
  nextText(length: number): string
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Opens a stream of chance; streams with other labels are independent of each other. */
export function openSeededRandom(seed: number, label = ''): SeededRandom {
  let state = mix(seed, label)
  // Mulberry32: small, quick and even enough for imaginary events; not for secrets.
  const nextFraction = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let word = Math.imul(state ^ (state >>> 15), state | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
  const nextInteger = (min: number, max: number): number => min + Math.floor(nextFraction() * (max - min + 1))
  return {
    nextFraction,
    nextInteger,
    chance: (probability) => nextFraction() < probability,
    pick: (items) => items[nextInteger(0, items.length - 1)]!,
    pickWeighted: (items) => {
      let draw = nextFraction() * items.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, item] of items) {
        draw -= weight
        if (draw < 0) return item
      }
      return items[0]![1]
    },
    nextText: (length) => {
      let text = ''
      for (let index = 0; index < length; index++) text += alphabet[nextInteger(0, alphabet.length - 1)]
      return text
    },
  }
}

/** FNV-1a over the label, started by the seed. */
function mix(seed: number, label: string): number {
  let hash = 0x811c9dc5 ^ seed
  for (let index = 0; index < label.length; index++) {
    hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193)
  }
  return Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
}
