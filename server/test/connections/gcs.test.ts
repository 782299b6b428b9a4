import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { type ErrorCode, HansardError } from 'hansard-protocol'
import { collect } from '../../../test/contract/connection.ts'
import { makeSealedFile } from '../../../test/kit/sealed-file.ts'
import { openGcs, type Reply, refuse, startGcsServer } from './gcs-server.ts'

const written = 'gs://audit/a/file'
const pieceBytes = 256 * 1024
const large = Buffer.alloc(2 * pieceBytes + 1000, 'large')

const md5Of = (bytes: string | Uint8Array): string => createHash('md5').update(bytes).digest('base64')

describe('the gcs connection', () => {
  const retried = 'It is tried again.'
  const denied = 'Grant the account what `hansard connections check` prints, or correct `credentials`.'
  const refusals: readonly [string, Reply | undefined, ErrorCode, string][] = [
    [
      'who is not known',
      refuse(401, 'authError', 'Invalid Credentials'),
      'CONNECTION_DENIED',
      `401 authError Invalid Credentials. ${denied}`,
    ],
    [
      'who may not write',
      refuse(403, 'forbidden', 'x@y does not have storage.objects.create access.'),
      'CONNECTION_DENIED',
      `403 forbidden x@y does not have storage.objects.create access. ${denied}`,
    ],
    [
      'a missing bucket',
      refuse(404, 'notFound', 'The specified bucket does not exist.'),
      'CONNECTION_MISSING',
      '404 notFound The specified bucket does not exist. Create the bucket, or correct `bucket` or `endpoint`.',
    ],
    [
      'too many requests',
      refuse(429, 'rateLimitExceeded', 'The object exceeded the rate limit'),
      'CONNECTION_BUSY',
      `429 rateLimitExceeded The object exceeded the rate limit. ${retried}`,
    ],
    [
      'too many requests, said as a lack of rights',
      refuse(403, 'userRateLimitExceeded', 'Rate Limit Exceeded'),
      'CONNECTION_BUSY',
      `403 userRateLimitExceeded Rate Limit Exceeded. ${retried}`,
    ],
    [
      'a used-up quota',
      refuse(403, 'quotaExceeded', 'Quota exceeded'),
      'CONNECTION_FULL',
      '403 quotaExceeded Quota exceeded. Ask for a higher quota.',
    ],
    [
      'a store that is overloaded and answers in HTML',
      {
        status: 503,
        body: '<html><title>Error</title><h1>Service\n Unavailable</h1><p>That’s all.</p></html>',
      },
      'CONNECTION_BUSY',
      `503 Service Unavailable That’s all. ${retried}`,
    ],
    [
      'a store that broke',
      refuse(500, 'backendError', 'Backend Error'),
      'CONNECTION_UNREACHABLE',
      `500 backendError Backend Error. ${retried}`,
    ],
    [
      'a store without conditional writes',
      { status: 501 },
      'CONNECTION_UNSUPPORTED',
      '501. If the store knows no conditional writes, set `conditionalWrites: false`.',
    ],
    [
      'damaged bytes',
      refuse(400, 'invalid', 'Provided MD5 hash "a" does not match calculated MD5 hash "b".'),
      'CONNECTION_UNREACHABLE',
      '400 invalid Provided MD5 hash "a" does not match calculated MD5 hash "b". It is tried again; if it stays, check the settings of the connection.',
    ],
    [
      'another place',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      'CONNECTION_UNREACHABLE',
      '302. It is tried again; if it stays, check the settings of the connection.',
    ],
    [
      'half an answer',
      { body: '{"name":' },
      'CONNECTION_UNREACHABLE',
      'its answer is not JSON. It is tried again; if it stays, check the settings of the connection.',
    ],
    [
      'a broken line',
      undefined,
      'CONNECTION_UNREACHABLE',
      'no answer (ECONNRESET). Check the network and `endpoint`.',
    ],
  ]
  for (const [what, reply, code, text] of refusals) {
    it(`names ${what}`, async (t) => {
      const { url, seen } = await startGcsServer(t, () => reply)
      const connection = openGcs({ endpoint: url })
      const error = await fail(connection.put('a/file', makeSealedFile('text')), code)
      assert.equal(error.message, `Cannot write ${written}: ${text}`)
      assert.equal(error.facts.status, what === 'a broken line' ? undefined : (reply?.status ?? 200))
      // No attempt of its own beside ours.
      assert.equal(seen.length, 1)
      if (code === 'CONNECTION_MISSING' || code === 'CONNECTION_BUSY') {
        await fail(collect(connection.list('a')), code)
        await fail(connection.get('a/file'), code)
        await fail(connection.remove('a/file'), code)
      }
    })
  }

  it('names a place where nobody listens', async () => {
    const error = await fail(openGcs({ endpoint: 'http://127.0.0.1:1' }).get('a'), 'CONNECTION_UNREACHABLE')
    assert.equal(
      error.message,
      'Cannot read gs://audit/a: no answer (ECONNREFUSED). Check the network and `endpoint`.',
    )
  })

  it('asks for the file not to be there, and compares when it is', async (t) => {
    const { url, seen } = await startGcsServer(t, ({ method }) =>
      method === 'POST'
        ? refuse(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.')
        : { headers: { 'content-length': '4' }, body: 'text' },
    )
    const connection = openGcs({ endpoint: url })
    assert.equal(await connection.put('a/file', makeSealedFile('text')), 'same')
    await fail(connection.put('a/file', makeSealedFile('tent')), 'FILE_CONFLICT')
    assert.equal(seen[0]?.params.get('ifGenerationMatch'), '0')
  })

  it('takes the lack of the right to remove for what it is: there is a file', async (t) => {
    const { url } = await startGcsServer(t, ({ method }) => {
      const right = method === 'GET' ? 'storage.objects.get' : 'storage.objects.delete'
      return refuse(403, 'forbidden', `x@y does not have ${right} access to the Google Cloud Storage object.`)
    })
    const connection = openGcs({ endpoint: url }, pieceBytes)
    assert.equal(await connection.put('a/file', makeSealedFile('text')), 'uncompared')
    assert.equal(await connection.put('large', makeSealedFile(large, 70_000)), 'uncompared')
    await fail(connection.remove('a/file'), 'CONNECTION_DENIED')
  })

  it('sends a small file in one request, with its checksum and what the options ask for', async (t) => {
    const { url, seen } = await startGcsServer(t, () => ({ body: { md5Hash: md5Of('text') } }))
    const connection = openGcs({
      endpoint: url,
      prefix: '/p p/',
      storageClass: 'NEARLINE',
      kmsKeyName: 'projects/p/locations/l/keyRings/r/cryptoKeys/k',
      userProject: 'payer',
    })
    assert.equal(await connection.put('ä', makeSealedFile('text')), 'created')
    const [put] = seen
    assert.equal(put?.path, '/upload/storage/v1/b/audit/o')
    assert.deepEqual(Object.fromEntries(put.params), {
      uploadType: 'multipart',
      ifGenerationMatch: '0',
      kmsKeyName: 'projects/p/locations/l/keyRings/r/cryptoKeys/k',
    })
    assert.equal(put.headers['x-goog-user-project'], 'payer')
    assert.equal(put.headers['content-length'], String(Buffer.byteLength(put.body)))
    const [, metadata, content] = put.body
      .split(/--[0-9a-f-]{36}(?:--)?\r\n/)
      .map((part) => part.split('\r\n\r\n')[1])
    assert.deepEqual(JSON.parse(metadata ?? ''), {
      name: 'p p/ä',
      contentType: 'application/octet-stream',
      storageClass: 'NEARLINE',
      md5Hash: md5Of('text'),
    })
    assert.equal(content, 'text\r\n')
  })

  it('notices a store that keeps other bytes and does not say so', async (t) => {
    const { url } = await startGcsServer(t, () => ({ body: { md5Hash: md5Of('tent') } }))
    const end = openGcs({ endpoint: url }).put('a/file', makeSealedFile('text'))
    assert.match((await fail(end, 'CONNECTION_UNREACHABLE')).message, /keeps other bytes than were sent/)
  })

  it('sends again what the store did not keep of a piece, and the checksum with the last one', async (t) => {
    const kept = [pieceBytes / 2, pieceBytes, 2 * pieceBytes]
    const { url, seen } = await startGcsServer(t, ({ method, headers }) => {
      if (method === 'GET') return { status: 404 }
      if (method === 'POST') return { headers: { location: `${url}/session` } }
      if (headers['x-goog-hash'] !== undefined) return { body: { md5Hash: md5Of(large) } }
      return { status: 308, headers: { range: `bytes=0-${kept.shift()! - 1}` } }
    })
    const connection = openGcs({ endpoint: url }, pieceBytes)
    assert.equal(await connection.put('large', makeSealedFile(large, 70_000)), 'created')
    const puts = seen.filter(({ method }) => method === 'PUT')
    assert.deepEqual(
      puts.map(({ headers }) => headers['content-range']),
      [
        `bytes 0-262143/${large.length}`,
        `bytes 131072-262143/${large.length}`,
        `bytes 262144-524287/${large.length}`,
        `bytes 524288-525287/${large.length}`,
      ],
    )
    const bodies = puts.map(({ body }) => body)
    assert.equal(bodies.slice(1).join(''), large.subarray(pieceBytes / 2).toString())
    assert.equal(puts.at(-1)?.headers['x-goog-hash'], `md5=${md5Of(large)}`)
  })

  const sessions: readonly [string, Reply | undefined, ErrorCode, string][] = [
    [
      'forgets the upload',
      { status: 404, body: 'Not Found' },
      'CONNECTION_UNREACHABLE',
      '404 Not Found. It is tried again',
    ],
    ['ended the upload', { status: 410 }, 'CONNECTION_UNREACHABLE', '410. It is tried again'],
    [
      'keeps nothing of a piece',
      { status: 308 },
      'CONNECTION_UNREACHABLE',
      'the store keeps 0 bytes of the upload, after 0 it was sent up to 262144',
    ],
    ['breaks the line', undefined, 'CONNECTION_UNREACHABLE', 'no answer (ECONNRESET)'],
    [
      'asks to come later',
      refuse(429, 'rateLimitExceeded', 'Slow down'),
      'CONNECTION_BUSY',
      '429 rateLimitExceeded',
    ],
  ]
  for (const [what, reply, code, text] of sessions) {
    it(`gives the upload up when the store ${what}`, async (t) => {
      const { url, seen } = await startGcsServer(t, ({ method }) => {
        if (method === 'GET') return { status: 404 }
        if (method === 'POST') return { headers: { location: `${url}/session?upload_id=s3cr3t` } }
        return method === 'PUT' ? reply : { status: 499 }
      })
      const end = openGcs({ endpoint: url }, pieceBytes).put('large', makeSealedFile(large, 70_000))
      const error = await fail(end, code)
      assert.ok(error.message.startsWith(`Cannot write gs://audit/large: ${text}`), error.message)
      assert.deepEqual(
        seen.map(({ method }) => method),
        ['GET', 'POST', 'PUT', 'DELETE'],
      )
      assert.ok(!inspect(error, { depth: 10 }).includes('s3cr3t'))
    })
  }

  it('shows nothing of a request in an error, even if the store quotes it', async (t) => {
    const { url } = await startGcsServer(t, ({ method, params }) => {
      if (method === 'GET') return { status: 404 }
      if (method === 'POST') return { headers: { location: `${url}/session?upload_id=s3cr3t` } }
      return refuse(403, 'forbidden', `The upload ${params.get('upload_id')} may not`)
    })
    const end = openGcs({ endpoint: url }, pieceBytes).put('large', makeSealedFile(large, 70_000))
    const error = await fail(end, 'CONNECTION_DENIED')
    assert.match(error.message, /403 forbidden The upload … may not\. /)
    assert.ok(!inspect(error, { depth: 10, showHidden: true }).includes('s3cr3t'))
  })

  it('lists page after page', async (t) => {
    const { url, seen } = await startGcsServer(t, ({ params }) =>
      params.has('pageToken')
        ? { body: { items: [{ name: 'p/a/2', size: '20' }] } }
        : { body: { items: [{ name: 'p/a/1', size: '10' }], nextPageToken: 'next page' } },
    )
    assert.deepEqual(await collect(openGcs({ endpoint: url, prefix: 'p' }).list('a')), [
      { path: 'a/1', bytes: 10 },
      { path: 'a/2', bytes: 20 },
    ])
    assert.deepEqual(
      seen.map(({ params }) => [params.get('prefix'), params.get('pageToken')]),
      [
        ['p/a/', null],
        ['p/a/', 'next page'],
      ],
    )
  })

  it('tells how far the clock of the store is ahead', async (t) => {
    const date = new Date(Date.now() + 3_600_000).toUTCString()
    const { url } = await startGcsServer(t, () => ({ status: 404, headers: { date } }))
    const connection = openGcs({ endpoint: url })
    assert.equal(connection.readClockSkewMs(), undefined)
    await fail(connection.get('a'), 'FILE_MISSING')
    const skewMs = connection.readClockSkewMs() ?? 0
    assert.ok(skewMs > 3_000_000 && skewMs <= 3_600_000, `${skewMs}`)
  })
})

async function fail(promise: Promise<unknown>, code: ErrorCode): Promise<HansardError> {
  const error = await promise.then(
    () => assert.fail(`expected ${code}`),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof HansardError, `${error}`)
  assert.equal(error.code, code, error.message)
  return error
}
