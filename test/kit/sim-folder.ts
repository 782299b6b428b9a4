import type { SeededRandom } from './random.ts'
import type { SimFile } from './sim-file.ts'

export type SimNode = SimFile | SimFolder

/** The names of a folder as programs see them, and as they would be found after a power cut. */
export class SimFolder {
  names = new Map<string, SimNode>()
  readonly durableNames = new Map<string, SimNode>()
  /** Changes since the last sync of the folder, in their order. */
  changes: NameChange[] = []
}

interface NameChange {
  readonly sequence: number
  readonly folder: SimFolder
  readonly name: string
  /** What the name points to from now on; undefined if the name is removed. */
  readonly node: SimNode | undefined
  /** The new name of a moved file: the old one never goes before it, so that no file is lost by its move. */
  readonly needs: NameChange | undefined
}

/** Every change of a name on the disk that is not durable yet. */
export class NameLog {
  #sequence = 0
  readonly #changed = new Set<SimFolder>()

  /** Points a name to a node, or removes it. */
  set(folder: SimFolder, name: string, node: SimNode | undefined, needs?: NameChange): NameChange {
    if (node === undefined) folder.names.delete(name)
    else folder.names.set(name, node)
    const change = { sequence: this.#sequence++, folder, name, node, needs }
    folder.changes.push(change)
    this.#changed.add(folder)
    return change
  }

  /** Makes all changes of a folder durable. */
  persist(folder: SimFolder): void {
    for (const change of folder.changes) {
      const other = change.needs
      if (other !== undefined && other.folder !== folder && other.folder.changes.includes(other)) {
        applyChange(other)
        other.folder.changes = other.folder.changes.filter(
          ({ name, sequence }) => name !== other.name || sequence > other.sequence,
        )
      }
      applyChange(change)
    }
    folder.changes = []
    this.#changed.delete(folder)
  }

  /** The power goes: of the changes that are not durable, chance decides which survive. */
  forget(random: SeededRandom): void {
    const changes = [...this.#changed]
      .flatMap((folder) => folder.changes)
      .sort((a, b) => a.sequence - b.sequence)
    const fate = random.pick(['none', 'all', 'prefix', 'each'] as const)
    const prefix = random.nextInteger(changes.length + 1)
    const survivors = new Set(
      changes.filter((_, index) => {
        if (fate === 'each') return random.chance(0.5)
        return fate === 'all' || (fate === 'prefix' && index < prefix)
      }),
    )
    for (const { needs } of survivors) if (needs !== undefined) survivors.add(needs)
    for (const change of changes) if (survivors.has(change)) applyChange(change)
    for (const folder of this.#changed) {
      folder.names = new Map(folder.durableNames)
      folder.changes = []
    }
    this.#changed.clear()
  }
}

function applyChange({ folder, name, node }: NameChange): void {
  if (node === undefined) folder.durableNames.delete(name)
  else folder.durableNames.set(name, node)
}
