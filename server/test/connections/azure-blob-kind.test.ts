import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { describe, it } from 'node:test'
import { type AzureBlobOptions, azureBlobKind } from '../../src/config/azure-blob-kind.ts'

const given = (options: object): object => ({ type: 'azure-blob', container: 'audit', ...options })
const make = (options: object): AzureBlobOptions => azureBlobKind.schema.parse(given(options))

const account = 'lake'
const key = { type: 'account-key', key: 'a2V5' }
const token = { type: 'sas', token: 'sv=1&sig=2' }
const line = (connectionString: string) => ({
  credentials: { type: 'connection-string', connectionString },
})

describe('options of an azure-blob connection', () => {
  it('need no more than account and container', () => {
    assert.deepEqual(make({ account }), {
      type: 'azure-blob',
      account: 'lake',
      container: 'audit',
      credentials: { type: 'managed-identity' },
      prefix: '',
      conditionalWrites: true,
      timeout: 30_000,
    })
  })

  for (const [what, options, path, text] of [
    ['neither account nor endpoint', {}, 'account', /must be given, or `endpoint`/],
    ['both of them', { account, endpoint: 'https://lake.blob.core.windows.net' }, 'account', /not both/],
    ['an account that is an address', { account: 'lake.blob' }, 'account', /3 to 24 of a-z and 0-9/],
    ['a container in capitals', { account, container: 'Audit' }, 'container', /3 to 63 of a-z/],
    [
      'an endpoint with a signature',
      { endpoint: 'https://x/?sig=1', credentials: token },
      'endpoint',
      /without `\?`/,
    ],
    ['a connection string beside an account', { account, ...line('x') }, 'account', /must be left out/],
    ['an unknown tier', { account, accessTier: 'Warm' }, 'accessTier', /must be one of Hot, Cool/],
    [
      'unknown credentials',
      { account, credentials: { type: 'key' } },
      'credentials.type',
      /must be like \{ type/,
    ],
    ['credentials that are a word', { account, credentials: 'key' }, 'credentials', /must be like \{ type/],
    [
      'tokens over plain HTTP',
      { endpoint: 'http://127.0.0.1:10000/devstoreaccount1' },
      'endpoint',
      /must start with https:\/\/ for the credentials `managed-identity`/,
    ],
    [
      'a key for an endpoint that does not name its account',
      { endpoint: 'https://files.example.com', credentials: key },
      'endpoint',
      /must name the account/,
    ],
    [
      'a token service without TLS',
      {
        account,
        credentials: {
          type: 'client-secret',
          ...{ tenantId: 't', clientId: 'c', clientSecret: 's', authorityHost: 'http://login' },
        },
      },
      'credentials.authorityHost',
      /must be an address that starts with https/,
    ],
  ] as const) {
    it(`refuse ${what}`, () => {
      const { error } = azureBlobKind.schema.safeParse(given(options))
      assert.equal(error?.issues.length, 1, error?.message)
      assert.equal(error.issues[0]?.path.join('.'), path)
      assert.match(error.issues[0].message, text)
    })
  }

  it('find the token file from the folder of the configuration', () => {
    const credentials = { type: 'workload-identity', tokenFile: 'run/token' }
    const resolved = azureBlobKind.resolve(make({ account, credentials }), '/etc/hansard')
    assert.deepEqual(resolved.credentials, { ...credentials, tokenFile: resolve('/etc/hansard/run/token') })
    const plain = make({ account, credentials: { type: 'workload-identity' } })
    assert.deepEqual(azureBlobKind.resolve(plain, '/etc/hansard'), plain)
  })

  it('tell apart what lies elsewhere, and only that', () => {
    const at = (options: object): string => azureBlobKind.locate(make(options)).store
    const lake = 'azure-blob https://lake.blob.core.windows.net audit'
    for (const same of [
      { account },
      { endpoint: 'https://LAKE.blob.core.windows.net:443/', credentials: key },
      line('DefaultEndpointsProtocol=https;AccountName=lake;AccountKey=a2V5;EndpointSuffix=core.windows.net'),
      line('BlobEndpoint=https://lake.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=2'),
    ]) {
      assert.equal(at(same), lake)
    }
    assert.notEqual(at({ account: 'other' }), lake)
    assert.equal(at(line('file:/run/azure')), 'azure-blob named in /run/azure audit')
    assert.equal(azureBlobKind.locate(make({ account, prefix: 'a/b' })).folder, 'a/b')
  })

  it('never tell a key or a signature by where it lies', () => {
    for (const secret of [
      'DefaultEndpointsProtocol=https;AccountName=lake;AccountKey=hidden;EndpointSuffix=core.windows.net',
      'SharedAccessSignature=sv=1&sig=hidden;BlobEndpoint=https://lake.blob.core.windows.net',
      'hidden',
    ]) {
      assert.doesNotMatch(azureBlobKind.locate(make(line(secret))).store, /hidden/)
    }
  })
})

describe('permissions of an azure-blob connection', () => {
  const describeRights = (options: object) => azureBlobKind.describePermissions(make(options))

  it('are a role for an identity, kept to the prefix', () => {
    const { write, readAndWrite } = describeRights({ account, prefix: "/o'clock/" })
    assert.equal(
      write,
      [
        '# SUBSCRIPTION, GROUP and IDENTITY are yours.',
        "az role definition create --role-definition '{",
        '  "Name": "Hansard writer of audit in lake",',
        '  "Description": "What Hansard does in the container audit.",',
        '  "IsCustom": true,',
        '  "Actions": [],',
        '  "DataActions": [',
        '    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write"',
        '  ],',
        '  "AssignableScopes": [',
        '    "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP"',
        '  ]',
        "}'",
        "az role assignment create --assignee IDENTITY --role 'Hansard writer of audit in lake' \\",
        '  --scope /subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Storage/storageAccounts/lake/blobServices/default/containers/audit \\',
        `  --condition-version 2.0 --condition '(!(ActionMatches{'\\''Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write'\\''}) OR @Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path] StringStartsWith '\\''o\\'\\''clock/'\\'')'`,
      ].join('\n'),
    )
    for (const right of ['write', 'read', 'delete']) {
      assert.match(readAndWrite, new RegExp(`"Microsoft\\.Storage/.*/blobs/${right}"`))
    }
    assert.match(readAndWrite, /Blob\.List'\\''}\) OR @Request\[.*:prefix\] StringStartsWith/)
    assert.doesNotMatch(describeRights({ account }).write, /--condition/)
  })

  it('are the letters of a signature', () => {
    const sas = describeRights({ account, credentials: token })
    assert.match(sas.write, /--account-name lake --name audit \\\n {2}--permissions w /)
    assert.match(sas.readAndWrite, /--permissions rwdl /)
    const looking = describeRights({ account, credentials: token, conditionalWrites: false })
    assert.match(looking.write, /--permissions rwl /)
  })

  it('cannot be less than everything for a key', () => {
    assert.match(describeRights({ account, credentials: key }).write, /everything/)
    assert.match(describeRights(line('x')).readAndWrite, /everything/)
  })
})
