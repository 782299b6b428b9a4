import assert from 'node:assert/strict'
import { join } from 'node:path'
import { it } from 'node:test'
import { checkStore } from './check-store.ts'
import { startConfigured } from './configured-server.ts'
import { waitFor } from './wait-for.ts'

const million = 1_000_000
const batchEvents = 5_000
const requestsAtOnce = 4

it('keeps a million events while there is no destination, and delivers each once when there is one', async (t) => {
  const connections = { local: { type: 'filesystem', root: 'events' } }
  const configured = await startConfigured(t, { connections, destinations: {} })
  const { server, poster, home, configure, readHealth } = configured
  let next = 0
  const send = async (): Promise<void> => {
    while (next < million) {
      const first = next
      next += batchEvents
      let body = ''
      for (let number = first; number < next; number++) body += `{"number":${number}}\n`
      const { receipt } = await poster.post(`/v1/events/topic-${first % 3}`, body, {
        'event-source': 'millionaire',
        'event-sequence': String(first),
      })
      assert.equal(receipt?.accepted, batchEvents)
    }
  }
  await Promise.all(Array.from({ length: requestsAtOnce }, send))

  await server.restart()
  const { events, journal } = (await readHealth()).health
  const { hansard: own = 0, ...byTopic } = events.byTopic
  assert.equal(
    Object.values(byTopic).reduce((sum, count) => sum + count, 0),
    million,
  )
  assert.equal(events.stored, million + own)
  assert.equal(journal.end, events.stored)
  assert.equal(events.byNode.millionaire, million)
  assert.equal(events.missingFromProducers, 0)

  await configure({
    connections,
    destinations: { everything: { connection: 'local', flush: { every: '1s' } } },
  })
  await server.restart()
  await waitFor('all is delivered', async () => {
    const { destinations, events } = (await readHealth()).health
    return destinations[0]?.pending === 0 && destinations[0].delivered === events.stored
  })
  assert.deepEqual(await server.kill(), { code: 0, signal: null })

  const isFound = new Uint8Array(million)
  const numberPattern = /^\{"clientEvent":\{"number":(\d+)\},/
  await checkStore(join(home, 'events'), (_destination, { path }, lines) => {
    for (const line of lines) {
      const number = Number(numberPattern.exec(line)?.[1])
      assert.equal(isFound[number], 0, `${path}: ${line}`)
      isFound[number] = 1
    }
  })
  assert.equal(isFound.indexOf(0), -1, 'every event is there')
})
