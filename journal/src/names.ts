/**
 * Every name that the journal gives on disk.
 *
 *   <folder>/<lane>/<index, 8 digits>-<base position, 16 digits>.segment
 *   <folder>/quarantine/<lane>-<segment name>-<offset>.bytes
 */
export const quarantineFolderName = 'quarantine'

export function makeSegmentName(index: number, basePosition: number): string {
  return `${String(index).padStart(8, '0')}-${String(basePosition).padStart(16, '0')}.segment`
}

export function parseSegmentName(name: string): { index: number; basePosition: number } | undefined {
  const match = /^(\d{8,})-(\d{16})\.segment$/.exec(name)
  return match === null ? undefined : { index: Number(match[1]), basePosition: Number(match[2]) }
}

export function makeQuarantineName(lane: string, segmentName: string, offset: number): string {
  return `${lane}-${segmentName}-${offset}.bytes`
}

/** A lane's name: 8 letters and digits, unique among all journals that write to one store. */
export function makeLaneName(chance: Uint8Array): string {
  const alphabet = 'abcdefghjkmnpqrstvwxyz0123456789'
  return Array.from(chance.subarray(0, 8), (byte) => alphabet[byte % 32]).join('')
}

export function isLaneName(name: string): boolean {
  return /^[a-z0-9]{8}$/.test(name)
}
