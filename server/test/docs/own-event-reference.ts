import { commonMembers, ownEvents } from '../../src/observe/own-events.ts'

const intro = `# The server's own events

This page is printed from \`server/src/observe/own-events.ts\`; do not edit it by hand. A test says how to print it anew.
What these events are for, and how to send them elsewhere: [the own audit](../guide/own-audit.md).

The server writes events about itself under the topic \`hansard\`, without a routing key, without a key, from the address
\`127.0.0.1\` and with the node \`hansard\`. They pass through the journal like all others. Nobody else may send under this
topic. An event is one JSON object:

\`\`\`
{"msgType":"hansard-key-revoked","time":"2026-03-17T19:15:30.609Z","upSince":"2026-03-17T08:00:02.114Z","number":7,"lost":0,"version":"0.1.0","host":"audit-1","key":"churn","revokedAt":"2026-03-17T19:15:30.402Z"}
\`\`\`

A member that does not apply is \`null\`. Readers pass over members and events that they do not know: later versions add
some.
`

/** The page of the server's own events, in Markdown. */
export function makeOwnEventReference(): string {
  const sections = Object.entries(ownEvents).map(
    ([msgType, { when, members }]) => `## ${msgType}\n\n${when}\n\n${makeTable(members)}`,
  )
  return [intro, '## In every event', '', makeTable(commonMembers), sections.join('\n')].join('\n')
}

function makeTable(members: Readonly<Record<string, string>>): string {
  const rows = Object.entries(members).map(([member, meaning]) => `| \`${member}\` | ${meaning} |`)
  return ['| member | meaning |', '|---|---|', ...rows, ''].join('\n')
}
