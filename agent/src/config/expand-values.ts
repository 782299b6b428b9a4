/** What starts the name of a variable. */
const open = '$' + '{'

/**
 * Puts in values of the environment: `${NAME}`, whole or within a text; `$${` is a plain `${`. What was put in is not
 * looked at again.
 */
export function expandValues(
  tree: unknown,
  env: Readonly<Record<string, string | undefined>>,
): { value: unknown; faults: { path: readonly PropertyKey[]; text: string }[] } {
  const faults: { path: readonly PropertyKey[]; text: string }[] = []

  function walk(value: unknown, path: readonly PropertyKey[]): unknown {
    if (typeof value === 'string') return value.includes(open) ? expand(value, path) : value
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]))
  }

  function expand(text: string, path: readonly PropertyKey[]): string {
    return text.replaceAll(/\$\$\{|\$\{([^}]*)\}?/g, (found, name: string | undefined) => {
      if (name === undefined) return open
      const value = found.endsWith('}') ? env[name] : undefined
      if (value === undefined) {
        const what = found.endsWith('}')
          ? `asks for the environment variable ${name}, which is not set. Set it`
          : `holds a ${open} without its }. Close it`
        faults.push({ path, text: `${what}, or write $${open} for a plain ${open}.` })
      }
      return value ?? ''
    })
  }

  return { value: walk(tree, []), faults }
}
