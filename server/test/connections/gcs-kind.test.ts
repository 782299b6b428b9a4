import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { describe, it } from 'node:test'
import { gcsKind } from '../../src/config/gcs-kind.ts'
import { makeGcsOptions } from './gcs-server.ts'

const key = { type: 'key', key: '{}' }

describe('options of a gcs connection', () => {
  it('need no more than a bucket', () => {
    const options = makeGcsOptions({})
    assert.deepEqual(options, {
      type: 'gcs',
      bucket: 'audit',
      credentials: { type: 'default' },
      prefix: '',
      conditionalWrites: true,
      timeout: 30_000,
    })
  })

  for (const [what, options, path, text] of [
    [
      'a bucket with its scheme',
      { bucket: 'gs://audit' },
      'bucket',
      /must be the name of a bucket: .* without gs:\/\//,
    ],
    [
      'a class that Google does not have',
      { storageClass: 'GLACIER' },
      'storageClass',
      /must be one of STAND/,
    ],
    ['a short name of a key', { kmsKeyName: 'mine' }, 'kmsKeyName', /must be like projects\/P\//],
    ['an endpoint that is no address', { endpoint: 'storage.example.com' }, 'endpoint', /must be an address/],
    [
      'an endpoint with a password',
      { endpoint: 'https://me:secret@store' },
      'endpoint',
      /must be an address .* without user/,
    ],
    [
      'no credentials for Google itself',
      { credentials: { type: 'none' } },
      'credentials',
      /of type none need `endpoint`/,
    ],
    [
      'credentials that travel in the clear',
      { endpoint: 'http://store.example.com', credentials: key },
      'endpoint',
      /must start with https:\/\//,
    ],
    ['credentials without their key', { credentials: { type: 'key' } }, 'credentials.key', /must be the key/],
  ] as const) {
    it(`refuse ${what}`, () => {
      const { error } = gcsKind.schema.safeParse({ type: 'gcs', bucket: 'audit', ...options })
      assert.equal(error?.issues.length, 1)
      assert.equal(error.issues[0]?.path.join('.'), path)
      assert.match(error.issues[0].message, text)
    })
  }

  it('allow plain HTTP on this machine, and without credentials', () => {
    for (const endpoint of ['http://127.0.0.1:4443', 'http://localhost:4443', 'http://[::1]:4443']) {
      makeGcsOptions({ endpoint, credentials: key })
    }
    makeGcsOptions({ endpoint: 'http://emulator:4443', credentials: { type: 'none' } })
  })

  it('find the key file from the folder of the configuration', () => {
    const options = makeGcsOptions({ credentials: { type: 'key-file', keyFile: 'keys/gcs.json' } })
    assert.deepEqual(gcsKind.resolve(options, '/etc/hansard').credentials, {
      type: 'key-file',
      keyFile: resolve('/etc/hansard/keys/gcs.json'),
    })
  })

  it('tell apart what lies elsewhere, and only that', () => {
    const at = (options: object): unknown => gcsKind.locate(makeGcsOptions({ credentials: key, ...options }))
    const google = { store: 'gcs https://storage.googleapis.com audit', folder: 'a/b' }
    assert.deepEqual(at({ prefix: 'a/b' }), google)
    assert.deepEqual(at({ prefix: '/a//b/', endpoint: 'https://Storage.googleapis.com:443/' }), google)
    assert.deepEqual(at({ endpoint: 'https://other' }), { store: 'gcs https://other audit', folder: '' })
  })

  it('print the least rights, ready to be copied', () => {
    const { write, readAndWrite } = gcsKind.describePermissions(
      makeGcsOptions({
        credentials: key,
        prefix: "/o'clock/",
        kmsKeyName: 'projects/p/locations/l/keyRings/r/cryptoKeys/k',
      }),
    )
    assert.equal(
      write,
      [
        '# PROJECT and ACCOUNT are yours. The predefined role roles/storage.objectCreator does too; it allows a little more.',
        'gcloud iam roles create hansardWriter --project=PROJECT --permissions=storage.objects.create',
        'gcloud storage buckets add-iam-policy-binding gs://audit \\',
        '  --member=serviceAccount:ACCOUNT --role=projects/PROJECT/roles/hansardWriter \\',
        `  --condition='title=hansard,expression=resource.name.startsWith("projects/_/buckets/audit/objects/o'\\''clock/")'`,
        '# Cloud Storage itself uses the key, by its service agent.',
        "gcloud storage service-agent --project=PROJECT --authorize-cmek='projects/p/locations/l/keyRings/r/cryptoKeys/k'",
      ].join('\n'),
    )
    assert.match(
      readAndWrite,
      /--permissions=storage\.objects\.create,storage\.objects\.get,storage\.objects\.list,storage\.objects\.delete\n/,
    )
    assert.match(
      readAndWrite,
      /expression=resource\.type == "storage\.googleapis\.com\/Bucket" \|\| resource/,
    )
    const whole = gcsKind.describePermissions(makeGcsOptions({ credentials: key }))
    assert.match(whole.write, /--condition=None$/)
  })
})
