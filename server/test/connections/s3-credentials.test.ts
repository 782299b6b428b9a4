import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { systemClock, systemRandom } from 'hansard-journal'
import { type ErrorCode, HansardError } from 'hansard-protocol'
import { makeSealedFile } from '../../../test/kit/sealed-file.ts'
import { startFauxqs } from '../../../test/kit/stores/fauxqs.ts'
import type { S3Store } from '../../../test/kit/stores/store.ts'
import { answer, type SeenRequest } from '../../../test/kit/weather.ts'
import { openWeatherProxy, type WeatherProxy } from '../../../test/kit/weather-proxy.ts'
import { s3Kind } from '../../src/config/s3-kind.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { withRetry } from '../../src/connections/layers/retry.ts'
import { openObjectConnection } from '../../src/connections/object-connection.ts'
import { openS3Store } from '../../src/connections/s3.ts'

const roleArn = 'arn:aws:iam::123456789012:role/hansard'
const small = makeSealedFile('text')

/** Requests to the token service have no path. */
const isForToken = ({ url }: SeenRequest): boolean => url === '/'
const denied = answer(403, '<Error><Code>AccessDenied</Code><Message>No.</Message></Error>')

/** What AWS answers to somebody who takes a role. */
function lend(action: string, keyId: string) {
  const body = `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>
    <AccessKeyId>${keyId}</AccessKeyId><SecretAccessKey>lent-secret</SecretAccessKey>
    <SessionToken>lent-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
    </Credentials></${action}Result></${action}Response>`
  return answer(200, body, { 'content-type': 'text/xml' })
}

function refuseToken(status: number, code: string) {
  const body = `<ErrorResponse><Error><Code>${code}</Code><Message>Not you.</Message></Error></ErrorResponse>`
  return answer(status, body, { 'content-type': 'text/xml' })
}

describe('credentials of S3', () => {
  let store: S3Store
  let proxy: WeatherProxy
  let folder: string
  let environment: NodeJS.ProcessEnv

  before(async () => {
    store = await startFauxqs()
    await store.createBucket('audit')
    proxy = await openWeatherProxy(store.endpoint)
  })
  after(async () => {
    await proxy?.close()
    await store?.stop()
  })

  /** Nothing of this machine counts. */
  beforeEach(async () => {
    proxy.clear()
    folder = await mkdtemp(join(tmpdir(), 'hansard-credentials-'))
    environment = process.env
    process.env = Object.fromEntries(
      Object.entries(environment).filter(([name]) => !name.startsWith('AWS_')),
    ) as NodeJS.ProcessEnv
    process.env.AWS_CONFIG_FILE = join(folder, 'config')
    process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'credentials')
    process.env.AWS_EC2_METADATA_DISABLED = 'true'
  })
  afterEach(async () => {
    process.env = environment
    await rm(folder, { recursive: true })
  })

  function open(more: object): Connection {
    const options = s3Kind.schema.parse({ type: 's3', bucket: 'audit', endpoint: proxy.url, ...more })
    const connection = openObjectConnection({ ...options, openStore: () => openS3Store(options) })
    return withRetry(connection, systemClock, systemRandom)
  }

  /** Who asked for the last object, and in which region. */
  function readSigner(): string {
    const { headers } = proxy.log.findLast((request) => !isForToken(request))!
    return /Credential=([^/]+\/\d+\/[^/]+)/.exec(String(headers.authorization))![1]!.replace(/\/\d+/, '')
  }

  it('come from the environment, with the region', async () => {
    process.env.AWS_ACCESS_KEY_ID = 'of-the-environment'
    process.env.AWS_SECRET_ACCESS_KEY = 'secret'
    await open({}).put('environment', small)
    assert.equal(readSigner(), 'of-the-environment/us-east-1')
    process.env.AWS_REGION = 'eu-west-1'
    await open({}).put('environment too', small)
    assert.equal(readSigner(), 'of-the-environment/eu-west-1')
  })

  it('come from a profile, and anew after they were refused', async () => {
    const write = (id: string): Promise<void> =>
      writeFile(
        process.env.AWS_SHARED_CREDENTIALS_FILE!,
        `[auditor]\naws_access_key_id = ${id}\naws_secret_access_key = secret\n`,
      )
    await writeFile(process.env.AWS_CONFIG_FILE!, '[profile auditor]\nregion = ca-central-1\n')
    await write('old')
    const connection = open({ credentials: { type: 'profile', profile: 'auditor' } })
    proxy.next(() => true, denied)
    await rejects(connection.put('profile', small), 'CONNECTION_DENIED', /No \(403 AccessDenied\)/)
    assert.equal(readSigner(), 'old/ca-central-1')
    await write('new')
    await connection.put('profile', small)
    assert.equal(readSigner(), 'new/ca-central-1')
  })

  it('are lent to who takes a role, with external id and duration', async () => {
    const lending = proxy.next(isForToken, lend('AssumeRole', 'lent'))
    const source = { type: 'keys', accessKeyId: 'own', secretAccessKey: 'secret' }
    const role = { type: 'assume-role', roleArn, externalId: 'x', duration: '15m', stsEndpoint: proxy.url }
    const connection = open({ region: 'eu-west-1', credentials: { ...role, source } })
    await connection.put('role', small)
    await connection.put('role too', small)
    assert.equal(lending.hits, 1)
    assert.equal(readSigner(), 'lent/eu-west-1')
    assert.equal(proxy.log.at(-1)!.headers['x-amz-security-token'], 'lent-token')

    proxy.next(() => true, answer(403, '<Error><Code>X</Code><Message>lent-token</Message></Error>'))
    await rejects(connection.get('role'), 'CONNECTION_DENIED', /: \*\*\* \(403 X\)/)
    proxy.next(isForToken, lend('AssumeRole', 'lent-anew'))
    await connection.get('role')
    assert.equal(readSigner(), 'lent-anew/eu-west-1')
  })

  it('are lent for a token in a file, which is read again', async () => {
    const tokenFile = join(folder, 'token')
    const web = { type: 'web-identity', roleArn, tokenFile, stsEndpoint: proxy.url }
    const connection = open({ credentials: web })
    await rejects(connection.put('web', small), 'SECRET_UNREADABLE', /token cannot be read \(ENOENT\)/)
    await writeFile(tokenFile, 'an-old-token')
    proxy.next(isForToken, refuseToken(400, 'ExpiredTokenException'))
    await rejects(connection.put('web', small), 'CONNECTION_DENIED', /Not you.*Renew/)
    await writeFile(tokenFile, 'a-token')
    proxy.next(isForToken, lend('AssumeRoleWithWebIdentity', 'lent-for-token'))
    await connection.put('web', small)
    assert.equal(readSigner(), 'lent-for-token/us-east-1')
  })

  for (const [status, storeCode, code] of [
    [403, 'AccessDenied', 'CONNECTION_DENIED'],
    [403, 'InvalidClientTokenId', 'CONNECTION_DENIED'],
    [400, 'InvalidIdentityToken', 'CONNECTION_DENIED'],
    [400, 'Throttling', 'CONNECTION_BUSY'],
    [500, 'InternalFailure', 'CONNECTION_UNREACHABLE'],
  ] as const) {
    it(`are ${code} when the token service says ${status} ${storeCode}`, async () => {
      const source = { type: 'keys', accessKeyId: 'own', secretAccessKey: 'secret' }
      const role = { type: 'assume-role', roleArn, stsEndpoint: proxy.url, source }
      const refusing = proxy.next(isForToken, refuseToken(status, storeCode), 10)
      await rejects(open({ credentials: role }).get('a'), code, /Not you/)
      // Passing failures are tried again by our layer, four times in all, and by nothing else.
      assert.equal(refusing.hits, code === 'CONNECTION_DENIED' ? 1 : 4)
    })
  }

  it('are denied when the machine has none, and found when they are there', async () => {
    const connection = open({})
    await rejects(connection.put('late', small), 'CONNECTION_DENIED', /Set `credentials`/)
    process.env.AWS_ACCESS_KEY_ID = 'late'
    process.env.AWS_SECRET_ACCESS_KEY = 'secret'
    await connection.put('late', small)
    assert.equal(readSigner(), 'late/us-east-1')
  })

  it('are not waited for where instance metadata never answers', async (t) => {
    const silent = createServer()
    t.after(() => silent.close())
    delete process.env.AWS_EC2_METADATA_DISABLED
    process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = `http://127.0.0.1:${await listen(silent)}`
    await rejects(open({}).put('a', small), 'CONNECTION_DENIED', /Set `credentials`/)
  })

  it('need a region where there is no endpoint', async () => {
    const connection = open({ endpoint: undefined })
    await rejects(connection.put('a', small), 'CONNECTION_MISSING', /no region is known\. Set `region`/)
  })
})

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
}

async function rejects(promise: Promise<unknown>, code: ErrorCode, text: RegExp): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof HansardError && error.code === code, `expected ${code}, got ${error}`)
    assert.match(error.message, text)
    return true
  })
}
