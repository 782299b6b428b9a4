import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sumMetric } from '../src/server-counts.ts'

test('adds up the series of one metric and no other', () => {
  const page = [
    '# TYPE a_total counter',
    'a_total{destination="x y"} 12',
    'a_total{destination="z"} 3.5',
    'a_total_bytes 99',
    'b_total 7',
    '',
  ].join('\n')
  assert.equal(sumMetric(page, 'a_total'), 15.5)
  assert.equal(sumMetric(page, 'a_total', 'destination="z"'), 3.5)
  assert.equal(sumMetric(page, 'b_total'), 7)
  assert.equal(sumMetric(page, 'c_total'), 0)
})
