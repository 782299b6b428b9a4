import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { it } from 'node:test'
import { checkStore } from './check-store.ts'
import { type ConfiguredServer, startConfigured } from './configured-server.ts'
import { readClientEvent } from './sent-book.ts'
import { waitFor } from './wait-for.ts'

const config = {
  connections: { local: { type: 'filesystem', root: 'events' } },
  destinations: { everything: { connection: 'local', flush: { every: '24h' } } },
  shutdown: { deadline: '2s' },
}

/** A request whose body is not complete: all but its last byte is on the way. */
async function openSlowRequest({ server }: ConfiguredServer): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
  // With "100-continue" the server says when it has taken the request up.
  socket.write(
    'POST /v1/events/generic HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n{"slow":1',
  )
  await new Promise((resolve) => socket.once('data', resolve))
  return socket
}

it('answers what is in flight, refuses what is new with 503, finishes its files and ends with 0', async (t) => {
  const configured = await startConfigured(t, config)
  const { server, poster, home } = configured
  assert.equal((await poster.post('/v1/events/generic', '{"first":1}')).status, 200)
  const slow = await openSlowRequest(configured)
  const ended = server.kill('SIGTERM')
  const refusal = await waitFor('new requests are refused', async () => {
    const answer = await poster.post('/v1/events/generic', `{"at":${Date.now()}}`)
    return answer.status !== 200 && answer
  })
  assert.equal(refusal.status, 503)
  assert.equal(refusal.problem?.code, 'SHUTTING_DOWN')
  assert.ok(Number(refusal.headers['retry-after']) > 0)
  const answer = new Promise<string>((resolve) => slow.once('data', (bytes) => resolve(String(bytes))))
  slow.write('}')
  assert.match(await answer, /^HTTP\/1\.1 200 /)
  assert.deepEqual(await ended, { code: 0, signal: null })
  const events: string[] = []
  await checkStore(
    join(home, 'events'),
    (_destination, _part, lines) => void events.push(...lines.map(readClientEvent)),
  )
  assert.ok(
    events.includes('{"first":1}') && events.includes('{"slow":1}'),
    'files hold what was acknowledged',
  )
})

it('ends with 0 although a sender never ends its request', async (t) => {
  const configured = await startConfigured(t, config)
  assert.equal((await configured.poster.post('/v1/events/generic', '{"first":1}')).status, 200)
  const stuck = await openSlowRequest(configured)
  assert.deepEqual(await configured.server.kill('SIGTERM'), { code: 0, signal: null })
  stuck.destroy()
  assert.equal((await checkStore(join(configured.home, 'events'))).size, 1, 'the files are finished')
})

it('ends with 0 when it is told to at once after its start', async (t) => {
  for (const destinations of [{}, config.destinations]) {
    const { server } = await startConfigured(t, { ...config, destinations, shutdown: { deadline: '60s' } })
    assert.deepEqual(await server.kill('SIGTERM'), { code: 0, signal: null })
  }
})
