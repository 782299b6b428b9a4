import { type DiskFile, writeFully } from 'hansard-journal'

const lineFeed = Buffer.from('\n')

/**
 * A write that failed, or a process that died, left half a line: it gets an end, so that the next line stays whole.
 * Resolves to the size of the file.
 */
export async function endTornLine(file: DiskFile): Promise<number> {
  const size = await file.readSize()
  if (size === 0) return 0
  const last = Buffer.alloc(1)
  await file.read(last, 0, 1, size - 1)
  // Also where it is: if a sync failed since, it is in memory only, and no later sync would save it.
  const end = last[0] === lineFeed[0] ? size - 1 : size
  return end + (await writeFully(file, [lineFeed], end))
}
