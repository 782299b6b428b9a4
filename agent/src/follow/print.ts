import { createHash } from 'node:crypto'
import { fill, type LogFile } from './log-file.ts'

/** The hash of some bytes of a file, to know them again. */
export interface Print {
  readonly from: number
  readonly to: number
  readonly sha256: string
}

/** No print covers more. */
export const printBytesMax = 1024

const lineFeed = 0x0a

/** @param bytes the bytes of the file from `from` on */
export function makePrint(bytes: Uint8Array, from: number): Print {
  return { from, to: from + bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** The first bytes: up to `printBytesMax`, or all there are. */
export async function readHead(file: LogFile): Promise<Buffer> {
  const head = Buffer.alloc(printBytesMax)
  return head.subarray(0, await fill(file, head, 0))
}

/** True if the first bytes of a file tell it from others: they hold a whole line, or are as many as a print covers. */
export function isDistinctHead(head: Uint8Array): boolean {
  return head.length === printBytesMax || head.includes(lineFeed)
}

/** True if the bytes at the beginning, which may be more than the print covers, are those of the print. */
export function startsWithPrint(head: Uint8Array, print: Print): boolean {
  return head.length >= print.to && makePrint(head.subarray(0, print.to), 0).sha256 === print.sha256
}

/** True if the file holds those bytes, at their place. */
export async function matchesPrint(file: LogFile, print: Print): Promise<boolean> {
  const bytes = Buffer.alloc(print.to - print.from)
  const count = await fill(file, bytes, print.from)
  return count === bytes.length && makePrint(bytes, print.from).sha256 === print.sha256
}
