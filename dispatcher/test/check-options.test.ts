import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkOptions } from '../src/check-options.ts'
import { parseDocumentedTarget } from '../src/documented-target.ts'
import type { TargetOptions } from '../src/options.ts'

const documented = {
  type: 'EVENT_SERVER',
  url: 'http://my-event-server:9999',
  routingKeyMode: 'FROM_MESSAGE',
  topicsFiltering: 'SELECTED',
  topics: ['apinode-query'],
  routingKeysFiltering: 'ALL',
  routingKeys: ['rk-clvs-1'],
} as const

test('takes the documented target as it is', () => {
  assert.deepEqual(checkOptions({ spoolDir: '/spool', targets: [documented] }), [
    {
      type: 'event-server',
      name: 'event-server',
      url: 'http://my-event-server:9999',
      routingKeyMode: 'fromMessage',
      topics: ['apinode-query'],
      routingKeys: 'all',
    },
  ])
  const secured = {
    ...documented,
    routingKeysFiltering: 'SELECTED',
    authKey: 'k',
    trustAllCertificates: true,
  }
  const { key, trustAllCertificates, routingKeys } = parseDocumentedTarget(secured)
  assert.deepEqual(
    { key, trustAllCertificates, routingKeys },
    {
      key: 'k',
      trustAllCertificates: true,
      routingKeys: ['rk-clvs-1'],
    },
  )
})

test('says what is wrong with a documented target', () => {
  const faults: [Record<string, unknown>, RegExp][] = [
    [{ type: 'KAFKA' }, /the type "KAFKA"/],
    [{ url: 7 }, /"url" must be text/],
    [{ routingKeyMode: 'FIXED' }, /"routingKeyMode" is "FIXED"/],
    [{ topicsFiltering: 'SOME' }, /"topicsFiltering" is "SOME"; it must be "ALL" or "SELECTED"/],
    [{ topics: 'apinode-query' }, /"topics" must be a list of texts/],
    [{ routingKeysFiltering: 'SELECTED', routingKeys: [1] }, /"routingKeys" must be a list of texts/],
    [{ trustAllCertificates: 'yes' }, /"trustAllCertificates" must be true or false/],
    [{ routingKeysFilter: 'ALL' }, /a member "routingKeysFilter"/],
  ]
  for (const [change, message] of faults) {
    assert.throws(() => parseDocumentedTarget({ ...documented, ...change }), {
      code: 'CONFIG_INVALID',
      message,
    })
  }
  assert.throws(() => parseDocumentedTarget(null), { code: 'CONFIG_INVALID' })
})

test('says what is wrong with other options', () => {
  const server = { type: 'event-server', url: 'http://a' } as const
  const file = { type: 'file', path: 'audit.log' } as const
  const faults: [unknown[], RegExp][] = [
    [[{ type: 'kafka' }], /the type "kafka"/],
    [[server, server], /several targets of the type "event-server": give each a "name"/],
    [
      [
        { ...server, name: 'x' },
        { ...file, name: 'X' },
      ],
      /Two targets have the name "X"/,
    ],
    [[{ ...server, name: '../x' }], /must be letters, digits/],
    [[{ ...server, url: [] }], /"url" is empty/],
    [[{ ...server, url: 'ftp://a' }], /"ftp:\/\/a" is no URL/],
    [[{ ...server, url: 'http://user:secret@a' }], /must not hold a user/],
    [[{ ...server, url: ['http://a', 'http://a'] }], /stands twice/],
    [[{ ...server, routingKeyMode: { fixed: '' } }], /the fixed routing key is empty/],
    [[{ ...server, routingKeyMode: 'instance' }], /"instance" is not given/],
    [[{ ...server, spool: { bytesMax: 0 } }], /"spool.bytesMax" must be 1 or more/],
    [[{ ...file, filesKept: -1 }], /"filesKept" must be/],
  ]
  for (const [targets, message] of faults) {
    const options = { spoolDir: '/spool', targets: targets as TargetOptions[] }
    assert.throws(() => checkOptions(options), { code: 'CONFIG_INVALID', message })
  }
})
