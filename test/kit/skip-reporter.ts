import type { TestEvent } from 'node:test/reporters'

/** Says at the end which tests were skipped and why; says nothing if none was. */
export default async function* reportSkips(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const skips: string[] = []
  for await (const { type, data } of events) {
    if (type !== 'test:pass' || data.skip === undefined || data.skip === false) continue
    const reason = typeof data.skip === 'string' && data.skip !== '' ? data.skip : 'no reason given'
    skips.push(`  ${data.name}: ${reason}`)
  }
  if (skips.length > 0) yield `\n${skips.length} skipped:\n${skips.join('\n')}\n`
}
