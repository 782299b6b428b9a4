import assert from 'node:assert/strict'
import { it } from 'node:test'
import { SimClock } from '../../../test/kit/sim-clock.ts'
import { RefusalDigest, type RefusalSum } from '../../src/observe/refusal-digest.ts'

it('reports the first refusal of a kind soon, then at most one sum a minute', async () => {
  const clock = new SimClock()
  const sums: RefusalSum[] = []
  const digest = new RefusalDigest(clock, (sum) => void sums.push(sum))
  const startedAt = clock.readNow()
  digest.note('unknown', { address: '10.0.0.7' })
  await clock.advance(1_000)
  assert.deepEqual(sums.splice(0), [
    {
      ...{ kind: 'unknown', count: 1, firstAt: startedAt, lastAt: startedAt },
      ...{ addresses: ['10.0.0.7'], moreAddresses: false, keys: [] },
    },
  ])
  for (let second = 0; second < 300; second++) {
    for (let n = 0; n < 20; n++) digest.note('unknown', { address: `10.0.0.${n}`, key: `key-${n}` })
    digest.note('scope', { address: '10.0.0.1', key: 'churn' })
    await clock.advance(1_000)
  }
  await digest.close()
  const unknown = sums.filter(({ kind }) => kind === 'unknown')
  assert.ok(unknown.length <= 6, `${unknown.length} sums in five minutes`)
  assert.equal(
    unknown.reduce((sum, { count }) => sum + count, 0),
    6_000,
  )
  assert.ok(unknown.every(({ addresses, moreAddresses }) => addresses.length === 10 && moreAddresses))
  assert.ok(unknown.every(({ keys }) => keys.length === 10))
  const scope = sums.filter(({ kind }) => kind === 'scope')
  assert.equal(
    scope.reduce((sum, { count }) => sum + count, 0),
    300,
  )
  assert.deepEqual(scope[0]?.keys, ['churn'])
  assert.equal(scope[0]?.moreAddresses, false)
})

it('reports what is left when it is closed', async () => {
  const clock = new SimClock()
  const sums: RefusalSum[] = []
  const digest = new RefusalDigest(clock, (sum) => void sums.push(sum))
  digest.note('JOURNAL_FULL')
  await digest.close()
  assert.deepEqual(
    sums.map(({ kind, count }) => [kind, count]),
    [['JOURNAL_FULL', 1]],
  )
})
