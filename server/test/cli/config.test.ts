import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { makeConfigCommand } from '../../src/cli/config.ts'
import { makeInitCommand } from '../../src/cli/init.ts'
import { writeConfig } from '../config/write-config.ts'
import { runCommand } from './run-command.ts'

describe('hansard init and hansard config', () => {
  it('write a file that is then found valid, and say what it comes to', async (test) => {
    const file = join(dirname(await writeConfig(test, '')), 'new/my hansard.yaml')
    const written = await runCommand(makeInitCommand(), [file])
    assert.equal(written.code, 0)
    assert.match(written.out, /hansard config check ".*my hansard\.yaml"/)
    const checked = await runCommand(makeConfigCommand(), ['check', file])
    assert.equal(checked.code, 0)
    assert.match(checked.out, /is valid/)
    assert.match(checked.out, /takes {6}everything/)
    assert.match(checked.out, /hansard-data\/events \(filesystem "local"\), every 1m/)
    assert.match(checked.out, /apinode-query\/churn-1\/2026\/03\/17\/19\/.*\.jsonl\.gz/)
    assert.ok(checked.out.includes('/%{topic}/%{routing_key}/%Y/%M/%D/%H/.*'))
  })

  it('do not overwrite a file unless told to', async (test) => {
    const file = await writeConfig(test, 'mine')
    const refused = await runCommand(makeInitCommand(), [file])
    assert.equal(refused.code, 1)
    assert.match(refused.err, /exists.*--force/)
    assert.equal(await readFile(file, 'utf8'), 'mine')
    assert.equal((await runCommand(makeInitCommand(), [file, '--force'])).code, 0)
    assert.match(await readFile(file, 'utf8'), /^# Configuration of Hansard/)
  })

  it('print findings and fail for a file with faults', async (test) => {
    const file = await writeConfig(test, 'listn: {}\n')
    const told = await runCommand(makeConfigCommand(), ['check', file])
    assert.equal(told.code, 1)
    assert.match(told.err, /hansard\.yaml:1:1 listn: .*Did you mean "listen"\?\n.*1 fault\n$/)
    const json = await runCommand(makeConfigCommand(), ['check', file, '--json'])
    assert.equal(json.code, 1)
    const answer = JSON.parse(json.out)
    assert.equal(answer.valid, false)
    assert.deepEqual(Object.keys(answer.findings[0]), ['file', 'line', 'column', 'path', 'text'])
  })

  it('give scripts what they need to set up a dataset', async (test) => {
    const file = await writeConfig(
      test,
      'connections: { c: { type: filesystem, root: /e } }\ndestinations: { d: { connection: c, path: /p/, topics: [gen*], routingKeys: [null], layout: "{topic}/{HH}{mm}", compression: none } }\n',
    )
    const { out } = await runCommand(makeConfigCommand(), ['check', file, '--json'])
    const [destination] = JSON.parse(out).destinations
    assert.equal(destination.folder, '/e/p')
    assert.equal(destination.exampleFolder, 'gen1/1915')
    assert.equal(destination.partitionPattern, '/%{topic}/%H.*/.*')
    assert.match(destination.partitionNote, /minutes/)
  })

  it('warn loudly when there is no destination', async (test) => {
    const { out, code } = await runCommand(makeConfigCommand(), ['check', await writeConfig(test, '')])
    assert.equal(code, 0)
    assert.match(out, /Warning: There is no destination/)
  })

  it('print the JSON Schema', async () => {
    const { out } = await runCommand(makeConfigCommand(), ['schema'])
    assert.equal(JSON.parse(out).title, 'Configuration of Hansard')
  })
})
