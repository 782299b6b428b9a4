// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration has placeholders of its own
import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { type ConfigOverrides, checkConfig } from '../../src/config/check-config.ts'
import { writeConfig } from './write-config.ts'

const local = 'connections: { local: { type: filesystem, root: events } }\n'

interface Given {
  readonly env?: Record<string, string>
  readonly overrides?: ConfigOverrides
}

/** What is found in a text, one line each: `line:column path: text`. */
async function find(test: TestContext, text: string, given: Given = {}): Promise<string[]> {
  const file = await writeConfig(test, text)
  const { findings } = await checkConfig({ file, env: {}, ...given })
  return findings.map(
    (one) => `${one.line === null ? '' : `${one.line}:${one.column} `}${one.path}: ${one.text}`,
  )
}

/** Each text has one fault, found at its place and told in these words. */
const faults: [name: string, text: string, expected: RegExp][] = [
  [
    'an unknown key',
    'listen:\n  prt: 1\n',
    /^2:3 listen\.prt: is not a known setting\. Did you mean "port"\?$/,
  ],
  ['a key in another spelling', 'data_dir: x\n', /^1:1 data_dir: .*Did you mean "dataDir"\?$/],
  ['a key like no other', 'zebra: { required: true }\n', /^1:1 zebra: .*known here: listen, admin, /],
  [
    'a wrong type',
    'listen:\n  port: high\n',
    /^2:9 listen\.port: must be a whole number from 0 to 65535, not "high"\.$/,
  ],
  ['a number out of bounds', 'admin: { port: 65536 }\n', /^1:16 admin\.port: .*not 65536\.$/],
  ['a duration without unit', 'shutdown: { deadline: 20 }\n', /^1:23 shutdown\.deadline: .*with its unit/],
  [
    'a duration out of bounds',
    'idempotency: { window: 31d }\n',
    /^1:24 idempotency\.window: .*from 1s to 30d/,
  ],
  [
    'a size with a wrong unit',
    'journal: { diskBytesMax: 5XB }\n',
    /^1:26 journal\.diskBytesMax: must be a size/,
  ],
  ['a size below zero', 'journal: { freeBytesMin: -1 }\n', /must be a size/],
  [
    'limits that refuse each other',
    'limits: { inFlightBytesMax: 1MiB }\n',
    /^1:29 limits\.inFlightBytesMax: must not be below/,
  ],
  [
    'a budget below two segments',
    'journal: { diskBytesMax: 100MiB }\n',
    /^1:26 journal\.diskBytesMax: must be at least twice/,
  ],
  [
    'a proxy that is no address',
    'listen: { trustedProxies: [10.0.0.0/33] }\n',
    /^1:28 listen\.trustedProxies\[0\]: must be an IP address/,
  ],
  [
    'a host that others can reach',
    'listen: { host: 0.0.0.0 }\n',
    /^1:17 listen\.host: .*no TLS.*listen\.allowInsecure: true/,
  ],
  [
    'a host that others can reach with TLS and without keys',
    'listen: { host: 0.0.0.0, tls: { cert: c, key: k } }\nauth: { required: false }\n',
    /^1:17 listen\.host: .*no key is required.*listen\.allowInsecure: true/,
  ],
  [
    'client certificates that nobody vouches for',
    'listen: { tls: { cert: c, key: k, clientCertificates: required } }\n',
    /listen\.tls\.clientCertificates: needs ca/,
  ],
  [
    'client certificates that are not asked for',
    'listen: { tls: { cert: c, key: k, clientKeys: [{ key: a, subject: CN=a }] } }\n',
    /listen\.tls\.clientKeys: needs clientCertificates/,
  ],
  [
    'a client key without a certificate',
    'listen: { tls: { cert: c, key: k, ca: a, clientCertificates: optional, clientKeys: [{ key: a }] } }\n',
    /listen\.tls\.clientKeys\[0\]: must have a fingerprint or a subject/,
  ],
  [
    'a fingerprint of another length',
    'listen: { tls: { cert: c, key: k, ca: a, clientCertificates: optional, clientKeys: [{ key: a, fingerprint: abcd }] } }\n',
    /clientKeys\[0\]\.fingerprint: must be a SHA-256 fingerprint/,
  ],
  [
    'a connection that only JavaScript knows',
    'destinations: { all: { connection: constructor } }\n',
    /destinations\.all\.connection: names the connection "constructor", which is not configured/,
  ],
  [
    'an admin host that others can reach',
    'admin: { host: "::" }\n',
    /^1:16 admin\.host: .*admin\.allowInsecure: true/,
  ],
  ['one port for both', 'admin: { port: 9999 }\n', /^1:16 admin\.port: .*Give one of them another/],
  [
    'a connection of an unknown kind',
    'connections: { lake: { type: tape } }\n',
    /^1:30 connections\.lake\.type: must be filesystem or s3 or azure-blob or gcs, not "tape"\.$/,
  ],
  [
    'a connection without kind',
    'connections: { lake: { root: x } }\n',
    /connections\.lake\.type: is missing\. Add it: filesystem or s3 or azure-blob or gcs\./,
  ],
  [
    'a bad name',
    'connections: { Lake: { type: filesystem, root: x } }\n',
    /^1:16 connections\.Lake: must be a name/,
  ],
  [
    'a missing setting',
    'destinations: { all: {} }\n',
    /^1:22 destinations\.all\.connection: is missing\. Add it: Name of the connection/,
  ],
  [
    'a connection that is not there',
    `${local}destinations: { all: { connection: locl } }\n`,
    /Did you mean "local"\?$/,
  ],
  [
    'a broken layout',
    `${local}destinations: { all: { connection: local, layout: "/{day}" } }\n`,
    /^2:51 destinations\.all\.layout: .*column 2.*\{day\}/,
  ],
  [
    'an unknown time zone',
    `${local}destinations: { all: { connection: local, timeZone: Mars } }\n`,
    /"Mars" is not known/,
  ],
  [
    'a path that climbs',
    `${local}destinations: { all: { connection: local, path: a/../b } }\n`,
    /holds the folder `\.\.`/,
  ],
  [
    'an empty list',
    `${local}destinations: { all: { connection: local, topics: [] } }\n`,
    /^2:51 destinations\.all\.topics: must be all, or a list/,
  ],
  [
    'a label that is none',
    `${local}destinations: { all: { connection: local, topics: [a, ""] } }\n`,
    /^2:55 destinations\.all\.topics\[1\]: is empty/,
  ],
  [
    'a number for a label',
    `${local}destinations: { all: { connection: local, routingKeys: [1] } }\n`,
    /routingKeys\[0\]: must be text in quotes, or null/,
  ],
  [
    'a level too high',
    `${local}destinations: { all: { connection: local, compression: { kind: gzip, level: 10 } } }\n`,
    /compression\.level: .*from 1 to 9, not 10/,
  ],
  [
    'an unknown compression',
    `${local}destinations: { all: { connection: local, compression: lz4 } }\n`,
    /must be gzip, zstd, none/,
  ],
  [
    'a field twice',
    `${local}destinations: { all: { connection: local, envelopeFields: [key, key] } }\n`,
    /each field once/,
  ],
  [
    'a placeholder like a label',
    `${local}destinations: { all: { connection: local, noRoutingKeyFolder: none } }\n`,
    /must start with `_`/,
  ],
  [
    'a flush too fast',
    `${local}destinations: { all: { connection: local, flush: { every: 10ms } } }\n`,
    /from 100ms to 24h/,
  ],
  [
    'a root in a folder of ours',
    'connections: { local: { type: filesystem, root: hansard-data/journal/x } }\n',
    /^1:49 connections\.local\.root: lies within .*hansard-data\/journal/,
  ],
  [
    'files among those of the data directory',
    'connections: { local: { type: filesystem, root: hansard-data } }\ndestinations: { all: { connection: local } }\n',
    /among the files of the data directory/,
  ],
  [
    'an unset variable',
    'listen: { host: "${NOWHERE}" }\n',
    /^1:17 listen\.host: .*"NOWHERE", which is not set/,
  ],
  [
    'a key twice',
    'log: { level: info }\nlog: { level: warn }\n',
    /^2:1 : This key stands in the same map twice/,
  ],
  ['broken YAML', 'listen: [\n', /^2:1 : .*Mend the YAML here/],
  [
    'an alias that was meant as text',
    `${local}destinations: { all: { connection: local, topics: [*-query] } }\n`,
    /^2:52 : There is no anchor.*quotes/,
  ],
  ['a list in place of settings', '[]\n', /^1:1 : must hold settings, such as listen/],
  ['text in place of a section', 'listen: 9999\n', /^1:9 listen: must hold settings, such as host/],
  [
    'an unknown kind of credentials',
    'connections: { lake: { type: s3, bucket: abc, credentials: { type: sas } } }\n',
    /credentials\.type: must be default or keys or profile or assume-role or web-identity, not "sas"\.$/,
  ],
  [
    'an option of another kind of connection',
    'connections: { lake: { type: gcs, bucket: abc, container: x } }\n',
    /connections\.lake\.container: is not a known setting.*known in connections\.lake: type, bucket, endpoint, /,
  ],
  ['a name of the language', '__proto__: {}\n', /^1:1 __proto__: is not a known setting/],
]

const places: [name: string, first: string, second: string, clash: boolean][] = [
  ['the same path', 'connection: local, path: a', 'connection: local, path: /a/', true],
  ['a path within another', 'connection: local', 'connection: local, path: a', true],
  ['paths that differ in case only', 'connection: local, path: a', 'connection: local, path: A', true],
  ['the same folder by another connection', 'connection: local, path: a', 'connection: twin, path: a', true],
  ['a root within a path', 'connection: local, path: inner', 'connection: inner, path: x', true],
  ['paths side by side', 'connection: local, path: a', 'connection: local, path: ab', false],
  ['roots nested, paths apart', 'connection: local, path: a', 'connection: inner, path: b', false],
]

describe('the check of a configuration', () => {
  for (const [name, text, expected] of faults) {
    it(`refuses ${name}, and says where and what to do`, async (test) => {
      const found = await find(test, text)
      assert.equal(found.length, 1, found.join('\n'))
      assert.match(found[0]!, expected)
    })
  }

  for (const [name, first, second, clash] of places) {
    it(`${clash ? 'refuses' : 'takes'} two destinations with ${name}`, async (test) => {
      const connections =
        'connections:\n  local: { type: filesystem, root: e }\n  twin: { type: filesystem, root: ./x/../e }\n  inner: { type: filesystem, root: e/inner }\n'
      const found = await find(
        test,
        `${connections}destinations:\n  one: { ${first} }\n  two: { ${second} }\n`,
      )
      assert.equal(found.length, clash ? 1 : 0, found.join('\n'))
      if (clash) assert.match(found[0]!, /^7:.* destinations\.two\.path: .*"one".*would mix/)
    })
  }

  it('tells all faults at once, in the order of the file', async (test) => {
    const found = await find(
      test,
      `listen: { host: 0.0.0.0, prot: 1 }\nlimitz: 3\nshutdown: { deadline: x }\n${local}destinations:\n  a: { connection: local, flsh: 1 }\n  b: { connection: lokal }\n  c: { connection: local }\n  d: { connection: local }\n`,
    )
    const paths = found.map((line) => line.split(': ')[0])
    assert.deepEqual(paths, [
      '1:17 listen.host',
      '1:26 listen.prot',
      '2:1 limitz',
      '3:23 shutdown.deadline',
      '6:27 destinations.a.flsh',
      '7:20 destinations.b.connection',
      '9:6 destinations.d.path',
    ])
  })

  it('says that a file cannot be read', async (test) => {
    const file = await writeConfig(test, '')
    const { findings } = await checkConfig({ file: `${file}.not` })
    assert.match(findings[0]?.text ?? '', /cannot be read \(ENOENT\).*hansard init/)
    const folder = await checkConfig({ file: dirname(file) })
    assert.match(folder.findings[0]?.text ?? '', /cannot be read \(EISDIR\)/)
  })

  it('names the flag when the command line is at fault', async (test) => {
    const overrides = { host: '0.0.0.0', port: -1, adminPort: Number.NaN, dataDir: '', flushEvery: '10' }
    const found = await find(test, 'listen: { port: 1, host: "${NOWHERE}" }\n', { overrides })
    assert.deepEqual(found.map((line) => line.split(':')[0]).sort(), [
      '--admin-port',
      '--data-dir',
      '--flush-every',
      '--host',
      '--port',
    ])
  })
})
