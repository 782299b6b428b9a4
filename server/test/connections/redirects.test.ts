import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { systemClock } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import { collect } from '../../../test/contract/connection.ts'
import { makeSealedFile } from '../../../test/kit/sealed-file.ts'
import { azureBlobKind } from '../../src/config/azure-blob-kind.ts'
import type { ConnectionConfig } from '../../src/config/connection-kinds.ts'
import { gcsKind } from '../../src/config/gcs-kind.ts'
import { s3Kind } from '../../src/config/s3-kind.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { openUnrepeated } from '../../src/connections/open-connection.ts'

const statuses = [301, 302, 303, 307, 308]
const small = makeSealedFile('text')
const secret = Buffer.from('the-secret-of-the-connection').toString('base64')

const operations: Readonly<Record<string, (connection: Connection) => Promise<unknown>>> = {
  put: (connection) => connection.put('a/b.jsonl', small),
  get: (connection) => connection.get('a/b.jsonl'),
  list: (connection) => collect(connection.list('')),
  remove: (connection) => connection.remove('a/b.jsonl'),
}

async function listen(
  t: TestContext,
  answer: (request: IncomingMessage) => { status: number; headers?: Record<string, string>; body?: string },
): Promise<string> {
  const server = createServer(async (request, response) => {
    await buffer(request).catch(() => {})
    const { status, headers, body } = answer(request)
    response.writeHead(status, headers).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A store that sends everybody to another host, which counts who comes. */
async function openRedirecting(t: TestContext) {
  const seen = { status: 301, asked: 0, elsewhere: 0 }
  const elsewhere = await listen(t, () => {
    seen.elsewhere++
    return { status: 200, body: '{}' }
  })
  // Another name for the same machine: another origin, whose credentials are not those of the first.
  const other = elsewhere.replace('127.0.0.1', 'localhost')
  const endpoint = await listen(t, ({ url }) => {
    seen.asked++
    return { status: seen.status, headers: { location: `${other}${url}` } }
  })
  return { seen, endpoint }
}

const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
})

/** How a connection of each kind is configured, for a store at `endpoint`. */
const kinds: Readonly<Record<string, (endpoint: string) => ConnectionConfig>> = {
  s3: (endpoint) =>
    s3Kind.schema.parse({
      ...{ type: 's3', bucket: 'audit', region: 'eu-west-1', endpoint },
      credentials: { type: 'keys', accessKeyId: 'AKIAEXAMPLE', secretAccessKey: secret },
    }),
  'azure-blob with the key of the account': (endpoint) =>
    azureBlobKind.schema.parse({
      ...{ type: 'azure-blob', container: 'audit', endpoint: `${endpoint}/account` },
      credentials: { type: 'account-key', key: secret },
    }),
  'azure-blob with a signature': (endpoint) =>
    azureBlobKind.schema.parse({
      ...{ type: 'azure-blob', container: 'audit', endpoint: `${endpoint}/account` },
      credentials: { type: 'sas', token: `sv=2024-01-01&sig=${secret}` },
    }),
  'gcs, the store': (endpoint) =>
    gcsKind.schema.parse({ type: 'gcs', bucket: 'audit', endpoint, credentials: { type: 'none' } }),
  'gcs, who gives the tokens': (endpoint) =>
    gcsKind.schema.parse({
      ...{ type: 'gcs', bucket: 'audit', endpoint },
      credentials: {
        type: 'key',
        key: JSON.stringify({
          ...{ type: 'service_account', client_email: 'hansard@example.com', private_key: privateKey },
          token_uri: `${endpoint}/token`,
        }),
      },
    }),
}

describe('a store that redirects to another host does not get the credentials, or the files, there', () => {
  for (const [name, makeConfig] of Object.entries(kinds)) {
    it(name, async (t) => {
      const { seen, endpoint } = await openRedirecting(t)
      const connection = openUnrepeated(makeConfig(endpoint), { writer: 'test', clock: systemClock })
      for (seen.status of statuses) {
        for (const [operation, run] of Object.entries(operations)) {
          seen.asked = 0
          await assert.rejects(run(connection), (error) => {
            assert.ok(error instanceof HansardError, `${seen.status} ${operation}: ${error}`)
            assert.ok(!error.message.includes(secret))
            return true
          })
          assert.ok(seen.asked > 0, `${seen.status} ${operation}: the store was asked`)
          assert.equal(seen.elsewhere, 0, `${seen.status} ${operation} was followed`)
        }
      }
    })
  }
})
