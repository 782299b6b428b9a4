import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { writeConfig } from '../config/write-config.ts'
import { runConnections } from './run-connections.ts'

const twoFolders = `
connections:
  local: { type: filesystem, root: ./events }
  spare: { type: filesystem, root: ./spare }
destinations:
  churn: { connection: local, path: /churn, topics: [apinode-query] }
  rest: { connection: local, path: /rest }
`

describe('hansard connections', () => {
  it('list names each connection, where it keeps files, and who uses it', async (test) => {
    const file = await writeConfig(test, twoFolders)
    const home = dirname(file)
    const { code, stdout } = await runConnections(['list', '--config', file])
    assert.equal(code, 0)
    const rows = stdout.trimEnd().split('\n')
    assert.deepEqual(
      rows.map((row) => row.split(/ {2,}/)),
      [
        ['connection', 'type', 'where', 'destinations'],
        ['local', 'filesystem', join(home, 'events'), 'churn, rest'],
        ['spare', 'filesystem', join(home, 'spare'), '(none)'],
      ],
    )
    const json = await runConnections(['list', '--config', file, '--json'])
    assert.deepEqual(JSON.parse(json.stdout)[0], {
      ...{ name: 'local', type: 'filesystem', where: join(home, 'events') },
      destinations: ['churn', 'rest'],
    })
  })

  it('check tries all connections, leaves no file, and ends with 0', async (test) => {
    const file = await writeConfig(test, twoFolders)
    const { code, stdout, stderr } = await runConnections(['check', '--config', file])
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /Connection local\n.*\n\n {2}write +ok.*\n {2}repeat +ok.*\n {2}protect +ok/)
    assert.match(stdout, /Connection spare\n/)
    assert.equal(stdout.match(/^Delivery can work\.$/gm)?.length, 2)
    assert.doesNotMatch(stdout, /Least permissions/)
    const found = await readdir(dirname(file), { recursive: true, withFileTypes: true })
    assert.deepEqual(
      found.filter((one) => one.isFile()).map((one) => one.name),
      ['hansard.yaml'],
    )
  })

  it('check prints the least permissions when asked to', async (test) => {
    const file = await writeConfig(test, twoFolders)
    const { code, stdout } = await runConnections(['check', 'spare', '--permissions', '--config', file])
    assert.equal(code, 0)
    assert.doesNotMatch(stdout, /Connection local/)
    assert.match(stdout, /Least permissions\nTo deliver:\n {2}.*spare/)
  })

  it('check gives scripts all of it as JSON', async (test) => {
    const file = await writeConfig(test, twoFolders)
    const { stdout } = await runConnections(['check', 'local', '--large', '--json', '--config', file])
    const answer = JSON.parse(stdout)
    assert.equal(answer.canDeliver, true)
    const [local] = answer.connections
    assert.deepEqual(Object.keys(local), [
      ...[
        'name',
        'type',
        'where',
        'destinations',
        'canDeliver',
        'steps',
        'losses',
        'leftBehind',
        'permissions',
      ],
    ])
    assert.equal(local.steps.length, 8)
    assert.deepEqual(Object.keys(local.steps[0]), ['step', 'result', 'detail', 'ms'])
  })

  it('check ends with 1 when one of the connections cannot deliver', async (test) => {
    const file = await writeConfig(test, twoFolders)
    await writeFile(join(dirname(file), 'spare'), 'a file where the folder should be')
    const { code, stdout } = await runConnections(['check', '--config', file])
    assert.equal(code, 1)
    assert.match(stdout, /^Delivery can work\.$/m)
    assert.match(stdout, /^Delivery cannot work\.$/m)
    assert.match(stdout, /write +failed .*spare.*\(CONNECTION_UNREACHABLE\)/s)
  })

  it('check ends with 1 when there is nothing to check, or the configuration has a fault', async (test) => {
    const empty = await runConnections(['check', '--config', await writeConfig(test, '')])
    assert.equal(empty.code, 1)
    assert.match(empty.stdout, /no connection/)
    const faulty = await runConnections(['check', '--config', await writeConfig(test, 'conections: {}')])
    assert.equal(faulty.code, 1)
    assert.match(faulty.stderr, /conections: .*Did you mean "connections"/)
  })

  it('check ends with 2 for a name that is not configured, and guesses which was meant', async (test) => {
    const { code, stdout, stderr } = await runConnections([
      'check',
      'locl',
      '--config',
      await writeConfig(test, twoFolders),
    ])
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /no connection locl; did you mean local\?/)
  })
})
