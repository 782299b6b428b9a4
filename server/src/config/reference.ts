import { type JsonSchema, makeConfigJsonSchema } from './json-schema.ts'

const intro = `# Configuration

This page is printed from the schema by \`hansard config reference\`; do not edit it by hand.

One YAML file holds everything. Without a file, the defaults hold, and one destination \`everything\` writes all
events to \`hansard-data/events\`. A file without \`destinations\` has none. Unknown settings are refused. Flags of
the command line win over the file.

- A **duration** is a number with its unit: \`500ms\`, \`10s\`, \`5m\`, \`24h\`, \`1d\`.
- A **size** is a number of bytes, or a number with its unit: \`512KiB\`, \`64MiB\`, \`10GB\`.
- A relative **path** starts at the folder of the file.
- A **name** has \`a-z\`, \`0-9\` and \`-\`, at most 63 characters, \`-\` not first.
- \`\${NAME}\`, whole or within a text, is the value of an environment variable; \`$\${\` is a plain \`\${\`.
- A **secret** may also be \`file:/path\`: the content of that file, without the newline at its end.
`

/** The reference page of all settings, in Markdown. */
export function makeConfigReference(): string {
  const schema = makeConfigJsonSchema()
  const plain: Row[] = []
  const sections: string[] = []
  for (const [key, section] of Object.entries(schema.properties ?? {})) {
    const head = `## ${key}\n\n${section.description}\n`
    const entry = section.additionalProperties
    if (section.properties !== undefined) {
      sections.push(`${head}\n${printTable(listProperties(key, section))}`)
    } else if (entry === undefined || entry === false) {
      plain.push(makeRow(key, section, false))
    } else if (entry.oneOf === undefined) {
      sections.push(`${head}\n${printTable(listProperties(`${key}.<name>`, entry))}`)
    } else {
      sections.push(head, ...entry.oneOf.map((kind) => printKind(`${key}.<name>`, kind)))
    }
  }
  return [intro, `## At the top\n\n${printTable(plain)}`, ...sections].join('\n')
}

interface Row {
  readonly path: string
  readonly type: string
  readonly default: string
  readonly text: string
}

/** A section for one of several kinds of the same thing. */
function printKind(path: string, schema: JsonSchema): string {
  const type = schema.properties?.type
  return `### ${code(String(type?.const))}\n\n${type?.description}\n\n${printTable(listProperties(path, schema))}`
}

function listProperties(path: string, schema: JsonSchema): Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const below = `${path}.${key}`
    if (property.properties !== undefined) return listProperties(below, property)
    const row = makeRow(below, property, schema.required?.includes(key) ?? false)
    // A choice of kinds: the rows of each stand below that with its `type`.
    return [row, ...listKinds(property).flatMap((kind) => listProperties(below, kind))]
  })
}

function makeRow(path: string, schema: JsonSchema, required: boolean): Row {
  const fixed = schema.const === undefined ? schema.default : schema.const
  return {
    path,
    type: nameType(schema),
    default: required ? 'required' : fixed === undefined ? '' : code(printValue(fixed)),
    text: schema.description ?? '',
  }
}

function listKinds(schema: JsonSchema): readonly JsonSchema[] {
  return (schema.oneOf ?? []).filter((kind) => kind.properties?.type?.const !== undefined)
}

function nameType(schema: JsonSchema): string {
  if (listKinds(schema).length > 0) return 'one of the kinds below'
  if (schema.const !== undefined) return code(String(schema.const))
  if (schema.title !== undefined) return schema.title
  if (schema.enum !== undefined) return schema.enum.map((word) => code(String(word))).join(', ')
  return { string: 'text', integer: 'whole number', boolean: 'true, false' }[schema.type ?? ''] ?? ''
}

function printValue(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value)
}

function code(text: string): string {
  return `\`${text}\``
}

function printTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${code(row.path)} | ${row.type} | ${row.default} | ${row.text} |`)
  return ['| setting | type | default | meaning |', '|---|---|---|---|', ...lines, ''].join('\n')
}
