import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '../../src/config/load-config.ts'
import { makeAgentReference } from './agent-reference.ts'

const again = 'print it again with: npm test -- --test-update-snapshots agent/test/docs'
const pathOf = (page: string): string => fileURLToPath(new URL(`../../../docs/${page}`, import.meta.url))

it(`the reference of the agent is fresh; ${again}`, async (context) => {
  const page = await makeAgentReference()
  context.assert.fileSnapshot(page, pathOf('reference/agent.md'), { serializers: [String] })
})

it('the configurations of the agent in the guide are valid', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hansard-agent-docs-'))
  t.after(() => rm(folder, { recursive: true }))
  const guide = await readFile(pathOf('guide/connect-a-node.md'), 'utf8')
  const shown = [...guide.matchAll(/^```yml\n(.*?)^```$/gms)].map((found) => found[1]!)
  assert.ok(shown.length > 0)
  for (const text of shown) {
    await writeFile(join(folder, 'agent.yaml'), text)
    await loadConfig(join(folder, 'agent.yaml'), { SITE: 'a' })
  }
})
