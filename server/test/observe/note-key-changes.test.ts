import assert from 'node:assert/strict'
import { it } from 'node:test'
import { SimClock } from '../../../test/kit/sim-clock.ts'
import { importKey, revokeKey, rotateKey } from '../../src/auth/change-keys.ts'
import type { KeyRecord } from '../../src/auth/key-record.ts'
import { noteKeyChanges } from '../../src/observe/note-key-changes.ts'
import { OwnAudit } from '../../src/observe/own-audit.ts'
import { anything, doors, makeTestKey } from '../auth/make-keys.ts'

/** What is told of a change, without the members that every event has. */
async function listChanges(
  before: readonly KeyRecord[],
  now: readonly KeyRecord[],
): Promise<Record<string, unknown>[]> {
  const events: string[] = []
  const own = new OwnAudit({ clock: new SimClock(), version: '', host: '' })
  own.open(async (stored) => void events.push(...stored))
  noteKeyChanges(own, before, now)
  await own.close()
  return events.map((event) => {
    const { time, upSince, number, lost, version, host, ...facts } = JSON.parse(event)
    return facts
  })
}

const first = makeTestKey('churn', { topics: ['apinode-*'], routingKeys: [null, 'a'] })

it('tells of a new key: its name and its scope', async () => {
  const { id, hash } = first.record.secrets[0]!
  const told = await listChanges([], first.keys)
  assert.deepEqual(told, [
    {
      ...{ msgType: 'hansard-key-created', key: 'churn', secretId: id },
      ...{ topics: ['apinode-*'], routingKeys: [null, 'a'], networks: [], expiresAt: null },
    },
  ])
  assert.doesNotMatch(JSON.stringify(told), new RegExp(hash))
  const imported = importKey(first.keys, 'old', 'a-secret-from-elsewhere', anything, {
    ...doors,
    hashOpaque: () => 'ab'.repeat(32),
  })
  const [event] = await listChanges(first.keys, imported.keys)
  assert.equal(event?.msgType, 'hansard-key-imported')
})

it('tells of a new secret, and until when the old one holds', async () => {
  const rotated = rotateKey(first.keys, 'churn', 60_000, doors)
  assert.deepEqual(await listChanges(first.keys, rotated.keys), [
    {
      ...{ msgType: 'hansard-key-rotated', key: 'churn', secretId: rotated.record.secrets[1]!.id },
      oldSecretEndsAt: new Date(doors.now + 60_000).toISOString(),
    },
  ])
})

it('tells all that happened between two looks', async () => {
  const rotated = rotateKey(first.keys, 'churn', 0, doors)
  const revoked = revokeKey(rotated.keys, 'churn', doors.now)
  const more = makeTestKey('more', {}, revoked.keys)
  assert.deepEqual(
    (await listChanges(first.keys, more.keys)).map(({ msgType, key }) => [msgType, key]),
    [
      ['hansard-key-rotated', 'churn'],
      ['hansard-key-revoked', 'churn'],
      ['hansard-key-created', 'more'],
    ],
  )
})

it('tells when somebody edited the file', async () => {
  const revoked = revokeKey(first.keys, 'churn', doors.now)
  const edits: [readonly KeyRecord[], readonly KeyRecord[], string][] = [
    [first.keys, [], 'removed'],
    [first.keys, [{ ...first.record, topics: 'all' }], 'edited'],
    [revoked.keys, first.keys, 'edited'],
    [
      first.keys,
      [{ ...first.record, secrets: [{ ...first.record.secrets[0]!, hash: '0'.repeat(64) }] }],
      'edited',
    ],
  ]
  for (const [before, now, change] of edits) {
    assert.deepEqual(await listChanges(before, now), [
      { msgType: 'hansard-key-changed', key: 'churn', change },
    ])
  }
  assert.deepEqual(await listChanges(first.keys, structuredClone(first.keys)), [])
})
