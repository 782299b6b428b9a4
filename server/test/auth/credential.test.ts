import assert from 'node:assert/strict'
import { it } from 'node:test'
import { readCredential } from '../../src/auth/credential.ts'

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`

it('finds the key of Bearer, and the password of Basic', () => {
  assert.equal(readCredential('Bearer secret'), 'secret')
  assert.equal(readCredential('bEARER  secret '), 'secret')
  assert.equal(readCredential(basic('node-1:secret')), 'secret')
  assert.equal(readCredential(basic(':se:cret')), 'se:cret')
})

it('finds none in anything else', () => {
  const others = [
    '',
    'Bearer',
    'Bearer ',
    'secret',
    'Digest secret',
    'Basic ',
    'Basic ???',
    basic('x'),
    basic('x:'),
  ]
  for (const other of others) assert.equal(readCredential(other), undefined, other)
})
