import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { glob } from 'tinyglobby'

/** A file as it stands in a folder. */
export interface FoundFile {
  readonly path: string
  readonly inode: string
  readonly size: number
  readonly mtimeMs: number
}

/** The files that match, oldest change first. */
export async function findFiles(patterns: readonly string[]): Promise<FoundFile[]> {
  const options = { absolute: true, onlyFiles: true, dot: true, expandDirectories: false }
  return sortByAge(await statFiles(await glob([...patterns], options)))
}

/** The files that still stand at these paths. */
export async function statFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const found = await Promise.all(paths.map(statFile))
  return found.filter((file) => file !== undefined)
}

/** Undefined if there is no such file. */
export async function statFile(path: string): Promise<FoundFile | undefined> {
  const stats = await stat(path, { bigint: true, throwIfNoEntry: false }).catch(() => undefined)
  if (stats === undefined || !stats.isFile()) return undefined
  return {
    path,
    inode: String(stats.ino),
    size: Number(stats.size),
    mtimeMs: Number(stats.mtimeNs) / 1e6,
  }
}

/** Files beside `path` with names as rotation gives them. */
export async function findSiblings(path: string): Promise<FoundFile[]> {
  const folder = dirname(path)
  const family = basename(familyOf(path))
  const names = await readdir(folder).catch(() => [])
  return statFiles(names.filter((name) => name.startsWith(family)).map((name) => join(folder, name)))
}

/** Older first. Of the same age: `audit.log.10`, `audit.log.9`, …, `audit.log`. */
export function sortByAge(files: readonly FoundFile[]): FoundFile[] {
  const byName = new Intl.Collator('en', { numeric: true })
  return files.toSorted((one, other) => one.mtimeMs - other.mtimeMs || byName.compare(other.path, one.path))
}

/** What rotation puts behind a name: numbers, dates, and the sign of compression. */
const rotationSuffix = /(?:[.-](?:\d[\dTZ_:-]*|gz|old|bak))+$/i

/** The path of the log that a rotated file belongs to; that of a live log is its own. */
export function familyOf(path: string): string {
  return path.replace(rotationSuffix, '')
}

export function isRotated(path: string): boolean {
  return rotationSuffix.test(path)
}
