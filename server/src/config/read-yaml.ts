import {
  type ErrorCode,
  isCollection,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLParseError,
} from 'yaml'

/** A place in a text; both from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A YAML text as plain values that still know where they stand. */
export interface YamlText {
  readonly value: unknown
  readonly faults: readonly { readonly place: Place; readonly text: string }[]
  /** Where the value at `path` stands, or its key; of what is missing, the nearest thing above. */
  locate(path: readonly PropertyKey[], part: 'key' | 'value'): Place
}

const quotes = '; text that holds any of { } [ ] : # or starts with * & ! % needs quotes'
const adviceOn: Partial<Record<ErrorCode, string>> = {
  DUPLICATE_KEY: 'This key stands in the same map twice. Keep one.',
  MULTIPLE_DOCS: 'A second document starts here. Keep one.',
}

export function readYaml(text: string): YamlText {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' })
  const faults = listErrors(document.errors).map((error) => ({
    place: toPlace(error.pos[0]),
    text: adviceOn[error.code] ?? `${error.message.replace(/\.$/, '')}. Mend the YAML here${quotes}.`,
  }))
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return
      const text = `There is no anchor &${alias.source} before this alias. Define it${quotes}.`
      faults.push({ place: toPlace(alias.range?.[0] ?? 0), text })
    },
  })
  let value: unknown
  if (faults.length === 0) {
    try {
      value = document.toJS()
    } catch (error) {
      // Aliases of aliases that would fill the memory.
      faults.push({ place: toPlace(0), text: `${(error as Error).message}. Write the values out.` })
    }
  }

  function toPlace(offset: number): Place {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }

  function find(path: readonly PropertyKey[]): { key: Node | null; value: Node | null } {
    let found: { key: Node | null; value: Node | null } = { key: null, value: document.contents }
    for (const step of path) {
      const next = stepInto(found.value, step)
      if (next === undefined) break
      found = next
    }
    return found
  }

  return {
    value,
    faults,
    locate(path, part) {
      const { key, value } = find(path)
      const node = part === 'key' ? (key ?? value) : (value ?? key)
      return toPlace(node?.range?.[0] ?? 0)
    },
  }
}

/** Twins of keys, and the first error of another kind: those behind it mostly follow from it. */
function listErrors(errors: readonly YAMLParseError[]): YAMLParseError[] {
  const first = errors.find((error) => error.code !== 'DUPLICATE_KEY')
  return errors.filter((error) => error.code === 'DUPLICATE_KEY' || error === first)
}

function stepInto(
  node: Node | null,
  step: PropertyKey,
): { key: Node | null; value: Node | null } | undefined {
  if (!isCollection(node)) return undefined
  if (!isMap(node)) {
    const item = node.items[Number(step)]
    return item === undefined || isPair(item) ? undefined : { key: null, value: item as Node }
  }
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
  return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null }
}
