import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeDestinationSettings } from '../../../test/kit/delivery-rig.ts'
import { makeRouteTest, planDestinations } from '../../src/delivery/plan-destinations.ts'
import { decodeSettingsRecord, encodeSettingsRecord } from '../../src/delivery/settings-record.ts'

const nothing = { revision: 0, destinations: [], noDestinationSince: undefined }
const a = makeDestinationSettings('a')
const b = makeDestinationSettings('b')

describe('the plan of a settings frame', () => {
  it('counts up the revision and lets a new destination begin at the frame', () => {
    assert.deepEqual(planDestinations([a], nothing, 5, 0), {
      revision: 1,
      destinations: [{ settings: a, first: a, from: 5, since: 1 }],
    })
  })

  it('keeps where the business of a known destination began, whatever its settings are now', () => {
    const first = { ...planDestinations([a], nothing, 5, 0), noDestinationSince: undefined }
    const changed = makeDestinationSettings('a', { topics: ['x'] })
    assert.deepEqual(planDestinations([b, changed], first, 9, 0), {
      revision: 2,
      destinations: [
        { settings: b, first: b, from: 9, since: 2 },
        { settings: changed, first: a, from: 5, since: 1 },
      ],
    })
  })

  it('gives the first destinations what was kept while there was none', () => {
    const before = { revision: 3, destinations: [], noDestinationSince: 2 }
    assert.deepEqual(planDestinations([a, b], before, 9, 0).destinations, [
      { settings: a, first: a, from: 2, since: 4 },
      { settings: b, first: b, from: 2, since: 4 },
    ])
    // But not a destination that comes to others.
    const after = { ...planDestinations([a], before, 9, 0), noDestinationSince: undefined }
    assert.equal(planDestinations([a, b], after, 12, 0).destinations[1]?.from, 12)
  })

  it('treats a destination that was taken out and put in again as a new one', () => {
    const first = { ...planDestinations([a, b], nothing, 0, 0), noDestinationSince: undefined }
    const without = { ...planDestinations([b], first, 3, 0), noDestinationSince: undefined }
    assert.deepEqual(planDestinations([a, b], without, 3, 0).destinations[0], {
      settings: a,
      first: a,
      from: 3,
      since: 3,
    })
  })

  it('is read from the journal as it was written', () => {
    const record = planDestinations([a, b], nothing, 7, 0)
    assert.deepEqual(decodeSettingsRecord(encodeSettingsRecord(record)), record)
  })
})

describe('the route test', () => {
  const isRouted = makeRouteTest([
    makeDestinationSettings('x', { topics: ['auth*'], routingKeys: ['eu', null] }),
    makeDestinationSettings('y', { topics: ['generic'] }),
  ])

  it('tells whether any destination takes an event, the first time and later', () => {
    for (let time = 0; time < 2; time++) {
      assert.equal(isRouted('authfail', 'eu'), true)
      assert.equal(isRouted('authfail', null), true)
      assert.equal(isRouted('authfail', 'us'), false)
      assert.equal(isRouted('generic', 'us'), true)
      assert.equal(isRouted('other', null), false)
    }
    assert.equal(makeRouteTest([])('generic', null), false)
  })

  it('keeps no routing key apart from any that looks like it', () => {
    const only = makeRouteTest([makeDestinationSettings('x', { routingKeys: [null] })])
    assert.equal(only('a', null), true)
    for (const key of ['null', '_none', '']) assert.equal(only('a', key), false)
  })

  it('asks for the key of a destination that requires one', () => {
    const only = makeRouteTest([
      makeDestinationSettings('x', { topics: ['a'], requiredKey: 'churn' }),
      makeDestinationSettings('y', { topics: ['b'] }),
    ])
    for (let time = 0; time < 2; time++) {
      assert.equal(only('a', null, 'churn'), true)
      assert.equal(only('a', null, 'fraud'), false)
      assert.equal(only('a', null), false)
      for (const key of ['churn', 'fraud', undefined]) assert.equal(only('b', null, key), true)
    }
  })

  it('stays right when it has seen more labels than it remembers', () => {
    for (let n = 0; n < 25_000; n++) assert.equal(isRouted(`authfail-${n % 12_000}`, 'eu'), true)
    assert.equal(isRouted('other', null), false)
  })

  it('goes beyond every revision of a ledger that was lost', () => {
    const lost = { revision: 0, destinations: [], noDestinationSince: 0 }
    assert.equal(planDestinations([], lost, 0, 1_700_000_000_999).revision, 1_700_000_000)
    const newer = { revision: 1_800_000_000, destinations: [], noDestinationSince: 0 }
    assert.equal(planDestinations([], newer, 0, 1_700_000_000_999).revision, 1_800_000_001)
  })
})
