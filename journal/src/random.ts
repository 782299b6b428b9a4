import { randomBytes } from 'node:crypto'

/** The door to chance. */
export interface RandomSource {
  readBytes(length: number): Uint8Array
}

export const systemRandom: RandomSource = { readBytes: (length) => randomBytes(length) }

/** A number in [0, 1) with 32 bits of chance. */
export function drawFraction(random: RandomSource): number {
  const bytes = random.readBytes(4)
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32
}
