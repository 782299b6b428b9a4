import type { SeededRandom } from '../kit/random.ts'

/** Spellings that a re-serialisation would change. */
const oddMembers = [
  '"n":1e400',
  '"n":0.10,"n":-0',
  '"n":12345678901234567890123',
  '"text":"\\u00e9 é \\/ \\ud83d\\ude00 😀"',
  '"b" :\t[ 1 ,2 ] , "a":{ }',
  '"line":"a\\nb","__proto__":{"x":1}',
]

/** An event that is unlike every other one with another id, as the bytes that a sender may choose. */
export function makeOddEvent(random: SeededRandom, id: string): string {
  const pad = random.chance(0.05) ? `,"pad":"${'x'.repeat(random.nextInteger(20_000))}"` : ''
  return `{"id":"${id}",${random.pick(oddMembers)}${pad}}`
}
