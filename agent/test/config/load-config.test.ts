import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { type AgentConfig, loadConfig } from '../../src/config/load-config.ts'

async function load(t: TestContext, text: string, env = {}): Promise<AgentConfig & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'hansard-agent-config-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'agent.yaml'), text)
  return { ...(await loadConfig(join(folder, 'agent.yaml'), env)), folder }
}

const least = `
stateDir: state
inputs: [{ format: audit-log, paths: ['logs/audit.log*'] }]
targets: [{ type: event-server, url: 'http://a' }]
`

it('fills in defaults and makes paths absolute, from the folder of the file', async (t) => {
  const config = await load(t, least)
  assert.equal(config.stateDir, `${config.folder}/state`)
  assert.equal(config.pollEveryMs, 250)
  assert.deepEqual(config.inputs[0]!.paths, [`${config.folder}/logs/audit.log*`])
  assert.equal(config.inputs[0]!.name, 'audit-log')
  assert.equal(config.inputs[0]!.start, 'beginning')
})

it('reads sizes, durations, variables and files, and the documented JSON of a target', async (t) => {
  const text = `
stateDir: /state
instance: \${NODE}-1
inputs: [{ format: ndjson, paths: [/l], topic: { pointer: /a~1b }, addInstance: node }]
targets:
  - { type: event-server, url: [http://a, http://b], key: file:key.txt, spool: { bytesMax: 2GiB }, batch: { waitMs: 1s } }
  - { type: EVENT_SERVER, url: 'http://c', routingKeyMode: FROM_MESSAGE, topicsFiltering: ALL, topics: [],
      routingKeysFiltering: SELECTED, routingKeys: [a], authKey: '\${KEY}' }
`
  const config = await load(t, text, { NODE: 'design', KEY: 'secret' })
  assert.equal(config.instance, 'design-1')
  const [first, second] = config.targets as unknown as Record<string, unknown>[]
  assert.equal(first!.key, `file:${config.folder}/key.txt`)
  assert.deepEqual([first!.spool, first!.batch], [{ bytesMax: 2 ** 31 }, { waitMs: 1000 }])
  assert.equal(second!.authKey, 'secret')
  assert.deepEqual((config.inputs[0] as { topic: unknown }).topic, { pointer: ['a/b'] })
})

it('tells every fault with its place and what to do', async (t) => {
  const text = `stateDir: state
instnce: a
inputs:
  - { format: audit-log, path: [a], paths: [b], addInstance: node }
  - { format: audit-log, paths: [c], routingKey: { pointer: x } }
  - { format: syslog, paths: [d] }
targets:
  - { type: event-server, spool: { bytesMax: much } }
`
  await assert.rejects(load(t, text), ({ code, message }: Error & { code: string }) => {
    assert.equal(code, 'CONFIG_INVALID')
    const lines = message.split('\n').map((line) => line.replace(/^.*agent\.yaml:/, ''))
    for (const expected of [
      /^2:1 instnce: is not a known setting\. Known here: instance, /,
      /^4:26 inputs\[0\]\.path: is not a known setting\./,
      /^5:\d+ inputs\[1\]\.routingKey\.pointer: must be a JSON pointer/,
      /^6:\d+ inputs\[2\]\.format: must be audit-log or ndjson\./,
      /^8:\d+ targets\[0\]\.url: is missing; it must be a URL/,
      /^8:\d+ targets\[0\]\.spool\.bytesMax: must be a number of bytes/,
    ]) {
      assert.ok(
        lines.some((line) => expected.test(line)),
        `${expected} in:\n${message}`,
      )
    }
    return true
  })
})

it('refuses two inputs of one name, a missing variable, broken YAML and a missing file', async (t) => {
  const twins = least.replace('[{ format', '[{ format: audit-log, paths: [x] }, { format')
  await assert.rejects(load(t, twins), /inputs\[1\]: another input has the name audit-log/)
  await assert.rejects(
    load(t, `instance: \${NODE}\n${least}`),
    /1:1 instance: asks for the environment variable NODE/,
  )
  await assert.rejects(load(t, 'a: [1'), /agent\.yaml:1:/)
  await assert.rejects(loadConfig('/nowhere/agent.yaml'), /cannot be read \(ENOENT\)/)
  await assert.rejects(
    load(t, least.replace('format: audit-log', 'format: audit-log, addInstance: node')),
    /Set "instance"/,
  )
})
