import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makePartitionPattern } from '../../src/layout/partition-pattern.ts'

describe('the partition pattern of a dataset', () => {
  it('names the fields in the words of the pattern language', () => {
    const { pattern, note } = makePartitionPattern('/{topic}/{routingKey}/{yyyy}/{MM}/{dd}/{HH}')
    assert.equal(pattern, '/%{topic}/%{routing_key}/%Y/%M/%D/%H/.*')
    assert.equal(note, null)
    assert.equal(makePartitionPattern('topic={topic}/{yyyy}-{MM}').pattern, '/topic=%{topic}/%Y-%M/.*')
    assert.equal(makePartitionPattern('').pattern, '/.*')
  })

  it('says that minutes are not kept apart', () => {
    const { pattern, note } = makePartitionPattern('/{yyyy}/{MM}/{dd}/{HH}/{mm}')
    assert.equal(pattern, '/%Y/%M/%D/%H/.*/.*')
    assert.match(note!, /no minutes/)
  })
})
