import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { systemClock, systemRandom } from 'hansard-journal'
import { type ErrorCode, HansardError } from 'hansard-protocol'
import { collect, testConnectionContract } from '../../../test/contract/connection.ts'
import { openRandom } from '../../../test/kit/random.ts'
import { makeSealedFile } from '../../../test/kit/sealed-file.ts'
import { makeS3Options } from '../../../test/kit/stores/connection-options.ts'
import { startFauxqs } from '../../../test/kit/stores/fauxqs.ts'
import type { S3Store } from '../../../test/kit/stores/store.ts'
import { answer, cutAfter, loseAnswer, type SeenRequest } from '../../../test/kit/weather.ts'
import { openWeatherProxy, type WeatherProxy } from '../../../test/kit/weather-proxy.ts'
import { type S3Options, s3Kind } from '../../src/config/s3-kind.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { withRetry } from '../../src/connections/layers/retry.ts'
import { withTimeout } from '../../src/connections/layers/timeout.ts'
import { openObjectConnection } from '../../src/connections/object-connection.ts'
import { openS3Store } from '../../src/connections/s3.ts'
import { compareBytes } from '../../src/connections/stored-path.ts'

/** The smallest that S3 allows. */
const pieceBytes = 5 * 1024 * 1024
const large = Buffer.from(openRandom(2).readBytes(pieceBytes + 1000))

const isPiece = ({ method, url }: SeenRequest): boolean => method === 'PUT' && url.includes('partNumber=')
const isSending = ({ method }: SeenRequest): boolean => method === 'PUT' || method === 'POST'
const isAny = (): boolean => true

const refusal = (status: number, code: string, message = 'It is said so.', headers = {}) =>
  answer(status, `<Error><Code>${code}</Code><Message>${message}</Message></Error>`, headers)

/*
 * fauxqs knows no conditions, no signatures, no checksums and no lists of uploads, so here is tested what needs none of
 * these. The rest is tested with real stores in test/services/s3.test.ts.
 */
describe('S3', () => {
  let store: S3Store
  let proxy: WeatherProxy
  let buckets = 0

  before(async () => {
    store = await startFauxqs()
    proxy = await openWeatherProxy(store.endpoint)
  })
  after(async () => {
    await proxy?.close()
    await store?.stop()
  })

  /** A new bucket, seen through fair weather. */
  async function makeOptions(more: object = {}): Promise<S3Options> {
    const bucket = `audit-${++buckets}`
    await store.createBucket(bucket)
    proxy.clear()
    return s3Kind.schema.parse({
      ...makeS3Options(store, bucket),
      endpoint: proxy.url,
      conditionalWrites: false,
      ...more,
    })
  }

  /** With small pieces, and no second attempts. */
  function openOnce(options: S3Options): Connection {
    return openObjectConnection({ ...options, openStore: () => openS3Store(options, pieceBytes) })
  }

  /** The same in all layers. */
  function open(options: S3Options): Connection {
    return withRetry(withTimeout(openOnce(options), options.timeout, systemClock), systemClock, systemRandom)
  }

  async function listSent(work: () => Promise<unknown>): Promise<SeenRequest[]> {
    const before = proxy.log.length
    await work()
    return proxy.log.slice(before).filter(isSending)
  }

  it('lists in byte order', { skip: 'fauxqs lists by the alphabet of the locale' }, () => {})

  for (const prefix of ['', '/aud it/ü%2F/']) {
    testConnectionContract(`S3 without conditional writes, with the prefix '${prefix}',`, async () => ({
      connection: sortLists(open(await makeOptions({ prefix }))),
    }))
  }

  for (const checksum of ['sha256', 'md5']) {
    it(`sends small files whole and large ones in pieces, each with its ${checksum}`, async () => {
      const connection = open(await makeOptions({ checksum }))
      const header = checksum === 'md5' ? 'content-md5' : 'x-amz-checksum-sha256'
      const bytes = checksum === 'md5' ? 16 : 32
      const sent = await listSent(async () => {
        assert.equal(await connection.put('small', makeSealedFile('text')), 'created')
        assert.equal(await connection.put('large', makeSealedFile(large, 70_000)), 'created')
      })
      assert.deepEqual(
        sent.map(({ method, url }) => `${method} ${url.replace(/.*\/|uploadId=[^&]*/g, '')}`),
        ['PUT small?x-id=PutObject', 'POST large?uploads=', 'PUT large?partNumber=1&&x-id=UploadPart'].concat(
          'PUT large?partNumber=2&&x-id=UploadPart',
          'POST large?',
        ),
      )
      for (const { headers } of sent.filter(({ method }) => method === 'PUT')) {
        assert.equal(Buffer.from(String(headers[header]), 'base64').length, bytes)
        assert.equal(headers['x-amz-trailer'], undefined)
      }
      assert.ok(Buffer.from(await connection.get('large')).equals(large))
      assert.equal(await connection.put('large', makeSealedFile(large, 70_000)), 'same')
      const other = Buffer.from(large).fill(large[0]! ^ 1, 0, 1)
      await rejects(connection.put('large', makeSealedFile(other, 70_000)), 'FILE_CONFLICT')
    })
  }

  it('says with every object how it is to be kept, and that none may be there', async () => {
    const kms = { type: 'sse-kms', keyId: 'alias/audit', bucketKey: true }
    for (const [options, expected] of [
      [{ encryption: { type: 'sse-s3' } }, { 'x-amz-server-side-encryption': 'AES256' }],
      [
        { encryption: kms, storageClass: 'STANDARD_IA' },
        {
          'x-amz-server-side-encryption': 'aws:kms',
          'x-amz-server-side-encryption-aws-kms-key-id': 'alias/audit',
          'x-amz-server-side-encryption-bucket-key-enabled': 'true',
          'x-amz-storage-class': 'STANDARD_IA',
        },
      ],
    ] as const) {
      const connection = open(await makeOptions({ ...options, conditionalWrites: true }))
      const sent = await listSent(async () => {
        await connection.put('small', makeSealedFile('text'))
        await connection.put('large', makeSealedFile(large, 70_000))
      })
      const [whole, begin, , , complete] = sent.map(({ headers }) => headers)
      for (const [name, value] of Object.entries(expected)) {
        assert.deepEqual([whole![name], begin![name]], [value, value])
      }
      assert.deepEqual([whole!['if-none-match'], complete!['if-none-match']], ['*', '*'])
    }
  })

  it('ends in the same file when an answer is lost, and begins anew after a break', async () => {
    const connection = open(await makeOptions())
    proxy.next(isSending, loseAnswer)
    assert.equal(await connection.put('small', makeSealedFile('text')), 'same')
    proxy.next(({ method, url }) => method === 'POST' && url.includes('uploadId='), loseAnswer)
    assert.equal(await connection.put('large', makeSealedFile(large, 70_000)), 'same')
    proxy.next(isPiece, cutAfter(1_000_000))
    const before = proxy.log.length
    assert.equal(await connection.put('large too', makeSealedFile(large, 70_000)), 'created')
    const deletions = proxy.log.slice(before).filter(({ method }) => method === 'DELETE')
    assert.equal(deletions.length, 1)
    assert.ok(Buffer.from(await connection.get('large too')).equals(large))
  })

  it('never hides why it gave up behind a failure to clear away', async () => {
    const connection = open(await makeOptions())
    proxy.next(isPiece, refusal(403, 'AccessDenied'))
    proxy.next(({ method }) => method === 'DELETE', refusal(500, 'InternalError'))
    await rejects(
      connection.put('large', makeSealedFile(large, 70_000)),
      'CONNECTION_DENIED',
      /^Cannot write s3:\/\/audit-\d+\/large: It is said so \(403 AccessDenied\)\. Allow/,
    )
  })

  for (const [status, storeCode, code, advice] of [
    [400, 'ExpiredToken', 'CONNECTION_DENIED', /Renew the credentials/],
    [403, 'InvalidAccessKeyId', 'CONNECTION_DENIED', /Check the keys/],
    [403, 'SignatureDoesNotMatch', 'CONNECTION_DENIED', /Check the keys/],
    [401, 'Unauthorized', 'CONNECTION_DENIED', /Allow it/],
    [400, 'KMS.DisabledException', 'CONNECTION_DENIED', /encryption\.keyId/],
    [404, 'NoSuchBucket', 'CONNECTION_MISSING', /Create the bucket/],
    [301, 'PermanentRedirect', 'CONNECTION_MISSING', /Set `region`/],
    [400, 'AuthorizationHeaderMalformed', 'CONNECTION_MISSING', /Set `region`/],
    [403, 'QuotaExceeded', 'CONNECTION_FULL', /quota/],
    [507, 'XMinioStorageFull', 'CONNECTION_FULL', /space/],
    [
      501,
      'NotImplemented',
      'CONNECTION_UNSUPPORTED',
      /set `conditionalWrites: false`, or leave `encryption`/,
    ],
    [400, 'InvalidStorageClass', 'CONNECTION_UNSUPPORTED', /`storageClass`/],
    [503, 'SlowDown', 'CONNECTION_BUSY', /again by itself/],
    [429, 'TooManyRequests', 'CONNECTION_BUSY', /again by itself/],
    [409, 'ConditionalRequestConflict', 'CONNECTION_BUSY', /again by itself/],
    [400, 'BadDigest', 'CONNECTION_UNREACHABLE', /sent again/],
    [500, 'InternalError', 'CONNECTION_UNREACHABLE', /Check the network/],
  ] as const) {
    it(`takes ${status} ${storeCode} for ${code}`, async () => {
      const encryption = { type: 'sse-s3' }
      const connection = openOnce(await makeOptions({ conditionalWrites: true, encryption }))
      proxy.next(isAny, refusal(status, storeCode))
      const error = await rejects(connection.put('a', makeSealedFile('text')), code, advice)
      assert.deepEqual(error.facts, { storeCode, status })
    })
  }

  it('shows no secret, even if the store does', async () => {
    const credentials = {
      type: 'keys',
      accessKeyId: 'id',
      secretAccessKey: 'not/to+be=shown',
      sessionToken: 'neither-this',
    }
    const connection = open(await makeOptions({ credentials }))
    proxy.next(isAny, refusal(403, 'AccessDenied', 'Key not/to+be=shown, token neither-this.'))
    const error = await rejects(connection.get('a'), 'CONNECTION_DENIED', /Key \*\*\*, token \*\*\* \(/)
    assert.doesNotMatch(error.message, /shown|neither/)
  })

  it('tells how far the clock of the store is ahead, and signs by it', async () => {
    const connection = open(await makeOptions({ conditionalWrites: true }))
    assert.equal(connection.readClockSkewMs(), undefined)
    const hour = 3_600_000
    const date = new Date(Date.now() + hour).toUTCString()
    proxy.next(isSending, refusal(403, 'RequestTimeTooSkewed', 'The difference is too large.', { date }))
    const sent = await listSent(() => connection.put('a', makeSealedFile('text')))
    const times = sent.map(({ headers }) => String(headers['x-amz-date']))
    assert.equal(times.length, 2)
    assert.ok(readTime(times[1]!) - readTime(times[0]!) > hour / 2)
    assert.equal(typeof connection.readClockSkewMs(), 'number')
  })

  it('says that nobody answers, and what to do', async () => {
    const options = await makeOptions()
    const connection = open({ ...options, endpoint: 'http://127.0.0.1:1' })
    await rejects(connection.get('a'), 'CONNECTION_UNREACHABLE', /ECONNREFUSED.*Check the network/)
    await rejects(collect(connection.list('')), 'CONNECTION_UNREACHABLE', /^Cannot list s3:/)
  })
})

/** The order of fauxqs is that of an alphabet. */
function sortLists(connection: Connection): Connection {
  return {
    ...connection,
    async *list(prefix, signal) {
      const files = await collect(connection.list(prefix, signal))
      yield* files.sort((one, other) => compareBytes(one.path, other.path))
    },
  }
}

/** Of `20261124T031500Z`. */
function readTime(text: string): number {
  return Date.parse(text.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'))
}

async function rejects(promise: Promise<unknown>, code: ErrorCode, text?: RegExp): Promise<HansardError> {
  const error = await promise.then(
    () => assert.fail('it should fail'),
    (error: unknown) => error,
  )
  assert.ok(error instanceof HansardError && error.code === code, `expected ${code}, got ${error}`)
  if (text !== undefined) assert.match(error.message, text)
  return error
}
