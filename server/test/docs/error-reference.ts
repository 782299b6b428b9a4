import { errorCatalogue } from 'hansard-protocol'

const intro = `# Errors

This page is printed from \`protocol/src/errors.ts\`; do not edit it by hand. A test says how to print it anew.

Every refusal carries one of these codes. \`later\` means that the same request may succeed later; \`never\` means
that it will not. Codes that travel as an answer come in a problem document, see [the wire](../formats/wire.md).
Codes with status 500, other than \`INTERNAL\`, do not travel: they stand in the log, in \`/health\` or on the
terminal.
`

/** The reference page of all error codes, in Markdown. */
export function makeErrorReference(): string {
  const rows = Object.entries(errorCatalogue).map(
    ([code, { status, retry, title }]) => `| \`${code}\` | ${status} | ${retry} | ${title} |`,
  )
  return [intro, '| code | status | retry | meaning |', '|---|---|---|---|', ...rows, ''].join('\n')
}
