import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { startServer } from './server-process.ts'

/** A stand-in for the command: answers `/readyz`, prints its id, ends at SIGTERM. */
const standIn = `
const { createServer } = require('node:http')
const option = (name) => process.argv[process.argv.indexOf(name) + 1]
if (process.argv.includes('--fail')) { console.error('cannot start'); process.exit(3) }
createServer((request, response) => response.writeHead(request.url === '/readyz' ? 200 : 404).end())
  .listen(Number(option('--port')), '127.0.0.1')
console.log('started ' + process.pid)
process.on('SIGTERM', () => { console.error('stopping'); process.exit(0) })
`

async function makeCommand(): Promise<{ command: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hansard-stand-in-'))
  const command = join(folder, 'stand-in.cjs')
  await writeFile(command, standIn)
  return { command, remove: () => rm(folder, { recursive: true }) }
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it('starts, ends and restarts a server, and leaves nothing behind', async () => {
  const { command, remove } = await makeCommand()
  const cleanUps: (() => Promise<void>)[] = []
  const server = await startServer({ after: (cleanUp) => void cleanUps.push(cleanUp) }, { command })
  const firstPid = server.pid!
  assert.ok(isRunning(firstPid))
  assert.deepEqual(await server.kill('SIGKILL'), { code: null, signal: 'SIGKILL' })
  assert.equal(server.pid, undefined)
  assert.ok(!isRunning(firstPid))
  await server.restart()
  await server.restart()
  assert.match(server.stdout, /^(started \d+\n){3}$/)
  assert.equal(server.stderr, 'stopping\n')
  const lastPid = server.pid!
  for (const cleanUp of cleanUps) await cleanUp()
  assert.ok(!isRunning(lastPid))
  await assert.rejects(stat(server.dataDir), { code: 'ENOENT' })
  await remove()
})

it('says what the server printed when it does not start', async (t) => {
  const { command, remove } = await makeCommand()
  await assert.rejects(startServer(t, { command, args: ['--fail'] }), /the server ended:[\s\S]*cannot start/)
  await remove()
})
