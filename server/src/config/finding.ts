/** One fault of a configuration, or of the command line that overrides it. */
export interface Finding {
  /** Null for what stands on the command line. */
  readonly file: string | null
  /** From 1; null when the finding is about the file as a whole. */
  readonly line: number | null
  readonly column: number | null
  /** The setting, e.g. `destinations.churn.flush.every`; empty for the file as a whole. */
  readonly path: string
  /** What is wrong and what to do. Never holds the value of a secret. */
  readonly text: string
}

/** E.g. `hansard.yaml:12:5 destinations.churn.flsh: is not a known setting. Did you mean "flush"?` */
export function formatFinding(finding: Finding): string {
  const line = finding.line === null ? '' : `:${finding.line}:${finding.column}`
  return [`${finding.file ?? ''}${line}`, finding.path === '' ? '' : `${finding.path}:`, finding.text]
    .filter((part) => part !== '')
    .join(' ')
}

/** A path of keys as a reader writes it: `destinations.churn.topics[0]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else text += `${text === '' ? '' : '.'}${String(key)}`
  }
  return text
}
