import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { it } from 'node:test'
import { openOriginFinder } from '../../src/ingest/origin.ts'

function find(trusted: readonly string[], peer: string, headers: Record<string, string> = {}): string {
  // Of a request only the peer and the headers count here.
  const request = { socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage
  return openOriginFinder(trusted).find(request)
}

const xff = (value: string): Record<string, string> => ({ 'x-forwarded-for': value })
const forwarded = (value: string): Record<string, string> => ({ forwarded: value })

it('believes nobody by default', () => {
  assert.equal(find([], '10.0.0.1', { ...xff('1.2.3.4'), ...forwarded('for=1.2.3.4') }), '10.0.0.1')
  assert.equal(find(['10.0.0.2'], '10.0.0.1', xff('1.2.3.4')), '10.0.0.1')
})

it('spells addresses of IPv4 the same on every socket', () => {
  assert.equal(find([], '::ffff:10.0.0.7'), '10.0.0.7')
  assert.equal(find(['10.0.0.0/8'], '::ffff:10.0.0.7', xff('::ffff:1.2.3.4')), '1.2.3.4')
})

it('takes the nearest address that is no trusted proxy', () => {
  assert.equal(find(['10.0.0.0/8'], '10.0.0.1', xff('6.6.6.6, 1.2.3.4, 10.9.9.9')), '1.2.3.4')
  assert.equal(find(['10.0.0.0/8'], '10.0.0.1', xff('1.2.3.4')), '1.2.3.4')
  assert.equal(find(['10.0.0.1', 'fd00::/8'], 'fd00::1', xff('2001:db8::7, 10.0.0.1')), '2001:db8::7')
})

it('reads ports, brackets and quotes', () => {
  assert.equal(find(['10.0.0.1'], '10.0.0.1', xff('1.2.3.4:5678')), '1.2.3.4')
  assert.equal(find(['10.0.0.1'], '10.0.0.1', xff('[2001:db8::7]:443')), '2001:db8::7')
  const value = 'for=9.9.9.9, proto=https;For="[2001:db8::7]:4711";by=10.0.0.1'
  assert.equal(find(['10.0.0.1'], '10.0.0.1', forwarded(value)), '2001:db8::7')
  assert.equal(find(['10.0.0.1'], '10.0.0.1', forwarded('for=1.2.3.4')), '1.2.3.4')
})

it('stays with the proxy when the header tells no address', () => {
  for (const headers of [
    xff(''),
    xff('unknown'),
    xff('1.2.3.4, unknown'),
    forwarded('for=_hidden'),
    forwarded('proto=http'),
  ]) {
    assert.equal(find(['10.0.0.1'], '10.0.0.1', headers), '10.0.0.1')
  }
  assert.equal(find(['10.0.0.0/8'], '10.0.0.1', xff('10.0.0.3, 10.0.0.2')), '10.0.0.1')
})
