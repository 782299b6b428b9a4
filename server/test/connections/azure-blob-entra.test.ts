import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, it } from 'node:test'
import tls from 'node:tls'
import { inspect } from 'node:util'
import { type ErrorCode, HansardError } from 'hansard-protocol'
import { makeSealedFile } from '../../../test/kit/sealed-file.ts'
import { startAzurite } from '../../../test/kit/stores/azurite.ts'
import { azureBlobKind } from '../../src/config/azure-blob-kind.ts'
import { openAzureBlobStore } from '../../src/connections/azure-blob.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { openObjectConnection } from '../../src/connections/object-connection.ts'
import { certificate, certificateKey } from './azure-blob-certificate.ts'

/** What is answered to who asks for a token. */
type TokenAnswer = (asked: URLSearchParams) => Answer | Promise<Answer>
interface Answer {
  readonly status: number
  readonly body: object
}

const tenantId = '11111111-2222-3333-4444-555555555555'
const clientId = '66666666-7777-8888-9999-000000000000'

let folder: string
let endpoint: string
/** Of the token service, which speaks TLS, and of the identity service of the machine, which does not. */
let authority: string
let machine: string
let answerToken: TokenAnswer
const asked: URLSearchParams[] = []
const closing: (() => unknown)[] = []

before(async () => {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate])
  folder = await mkdtemp(join(tmpdir(), 'hansard-entra-'))
  closing.push(() => rm(folder, { recursive: true }))
  const azurite = await startAzurite({ certificate, key: certificateKey })
  closing.push(() => azurite.stop())
  await azurite.createBucket('audit')
  endpoint = azurite.endpoint
  authority = `https://127.0.0.1:${await listen(createServer({ cert: certificate, key: certificateKey }, serveTokens))}`
  machine = `http://127.0.0.1:${await listen(createHttpServer(serveTokens))}`
})

afterEach(() => {
  asked.length = 0
})

after(async () => {
  for (const close of closing.reverse()) await close()
})

async function listen(server: ReturnType<typeof createHttpServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

const serveTokens: RequestListener = async (request, response) => {
  const url = new URL(request.url!, authority)
  const body = Buffer.concat(await request.toArray()).toString()
  const reply = (status: number, content: object): void => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(content))
  }
  if (url.pathname.endsWith('/openid-configuration')) {
    const root = `${authority}/${tenantId}`
    reply(200, {
      issuer: `${root}/v2.0`,
      token_endpoint: `${root}/oauth2/v2.0/token`,
      authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
      jwks_uri: `${root}/discovery/v2.0/keys`,
    })
    return
  }
  const question = new URLSearchParams(body || url.search)
  asked.push(question)
  const { status, body: content } = await answerToken(question)
  reply(status, content)
}

function makeToken(): string {
  const now = Math.floor(Date.now() / 1000)
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url')
  const claims = {
    aud: 'https://storage.azure.com',
    iss: `https://sts.windows.net/${tenantId}/`,
    ...{ iat: now, nbf: now - 60, exp: now + 3600 },
  }
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`
}

const grant: TokenAnswer = () => ({
  status: 200,
  body: {
    access_token: makeToken(),
    token_type: 'Bearer',
    expires_in: 3600,
    expires_on: Math.floor(Date.now() / 1000) + 3600,
  },
})

const wrongSecret: TokenAnswer = () => ({
  status: 401,
  body: {
    error: 'invalid_client',
    error_description: 'AADSTS7000215: Invalid client secret provided. Trace ID: 1',
    error_codes: [7000215],
  },
})

function open(credentials: object): Connection {
  const options = azureBlobKind.schema.parse({
    type: 'azure-blob',
    endpoint,
    container: 'audit',
    credentials,
  })
  return openObjectConnection({ ...options, openStore: () => openAzureBlobStore(options) })
}

async function fails(promise: Promise<unknown>, code: ErrorCode, text: RegExp, ...secrets: string[]) {
  const error = await promise.then(
    () => assert.fail(`expected ${code}`),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof HansardError, inspect(error))
  assert.equal(error.code, code, error.message)
  assert.match(error.message, text)
  const shown = `${inspect(error, { depth: 20 })} ${JSON.stringify(error)} ${JSON.stringify(error.cause)}`
  for (const secret of secrets) assert.ok(!shown.includes(secret), shown)
}

it('an application with a secret writes and reads, with one token', async () => {
  answerToken = grant
  const connection = open({
    type: 'client-secret',
    ...{ tenantId, clientId, clientSecret: 'right', authorityHost: authority },
  })
  assert.equal(await connection.put('secret/file', makeSealedFile('text')), 'created')
  assert.equal(await connection.put('secret/file', makeSealedFile('text')), 'same')
  assert.equal(asked.length, 1)
  assert.equal(asked[0]?.get('client_secret'), 'right')
  assert.equal(asked[0]?.get('scope')?.split(' ')[0], 'https://storage.azure.com/.default')
})

it('an application whose secret is wrong is denied, and heals when the secret is replaced', async () => {
  const file = join(folder, 'client-secret')
  await writeFile(file, 'the wrong one\n')
  answerToken = (question) =>
    question.get('client_secret') === 'the right one' ? grant(question) : wrongSecret(question)
  const connection = open({
    type: 'client-secret',
    ...{ tenantId, clientId, clientSecret: `file:${file}`, authorityHost: authority },
  })
  const put = (): Promise<string> => connection.put('healed', makeSealedFile('text'))
  const text = /^Cannot write https:.*\/audit\/healed: .*AADSTS7000215.* Check `credentials`/
  await fails(put(), 'CONNECTION_DENIED', text, 'the wrong one')
  assert.equal(asked.length, 1)
  await writeFile(file, 'the right one\n')
  assert.equal(await put(), 'created')
})

it('an application waits for a token service that is away', async () => {
  const away = {
    type: 'client-secret',
    ...{ tenantId, clientId, clientSecret: 'right', authorityHost: 'https://127.0.0.1:1' },
  }
  await fails(
    open(away).put('away', makeSealedFile('text')),
    'CONNECTION_UNREACHABLE',
    /Cannot write .* token service/,
  )
  answerToken = () => ({
    status: 503,
    body: { error: 'temporarily_unavailable', error_description: 'later' },
  })
  await fails(
    open({ ...away, authorityHost: authority }).put('away', makeSealedFile('text')),
    'CONNECTION_UNREACHABLE',
    /Cannot write .* token service/,
  )
})

it('an identity of a workload presents the token of its file', async () => {
  const tokenFile = join(folder, 'workload-token')
  await writeFile(tokenFile, 'what-kubernetes-wrote')
  answerToken = grant
  const connection = open({
    type: 'workload-identity',
    tenantId,
    clientId,
    tokenFile,
    authorityHost: authority,
  })
  assert.equal(await connection.put('workload/file', makeSealedFile('text')), 'created')
  assert.equal(asked[0]?.get('client_assertion'), 'what-kubernetes-wrote')
  assert.equal(asked[0]?.get('client_id'), clientId)
})

it('an identity of a workload says what it lacks', async () => {
  const put = (setting: object): Promise<string> =>
    open({ type: 'workload-identity', authorityHost: authority, ...setting }).put('w', makeSealedFile('text'))
  await fails(
    put({ tenantId }),
    'CONNECTION_DENIED',
    /clientId is a required parameter.* Check `credentials`/,
  )
  await fails(put({ tenantId: 'a b', clientId, tokenFile: '/x' }), 'CONNECTION_DENIED', /tenant/i)
  const tokenFile = join(folder, 'nothing')
  await fails(
    put({ tenantId, clientId, tokenFile }),
    'CONNECTION_DENIED',
    /ENOENT.*nothing.* Check `credentials`/,
  )
})

it('an identity of the machine is asked for by its client id', async (t) => {
  answerToken = grant
  setEnvironment(t, { IDENTITY_ENDPOINT: `${machine}/identity`, IDENTITY_HEADER: 'header' })
  const connection = open({ type: 'managed-identity', clientId })
  assert.equal(await connection.put('machine/file', makeSealedFile('text')), 'created')
  assert.equal(asked[0]?.get('client_id'), clientId)
  assert.equal(asked[0]?.get('resource'), 'https://storage.azure.com')
})

it('an identity of the machine that is not there is denied', async (t) => {
  answerToken = () => ({
    status: 400,
    body: { error: 'invalid_request', error_description: 'Identity not found' },
  })
  setEnvironment(t, { IDENTITY_ENDPOINT: `${machine}/identity`, IDENTITY_HEADER: 'header' })
  const connection = open({ type: 'managed-identity', clientId: 'another' })
  await fails(
    connection.put('machine/none', makeSealedFile('text')),
    'CONNECTION_DENIED',
    /Identity not found.* Check `credentials`/,
  )
})

it('an identity of the machine is not waited for when nobody answers', async (t) => {
  const arrived = Promise.withResolvers<void>()
  answerToken = () => {
    arrived.resolve()
    return new Promise(() => {})
  }
  setEnvironment(t, { IDENTITY_ENDPOINT: `${machine}/identity`, IDENTITY_HEADER: 'header' })
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const put = open({ type: 'managed-identity', clientId: 'silent' }).put('m', makeSealedFile('text'))
  const failing = fails(put, 'CONNECTION_DENIED', /did not answer within 5 s\. Give the machine a managed/)
  await arrived.promise
  t.mock.timers.tick(5000)
  await failing
})

function setEnvironment(test: { after(run: () => void): void }, values: Record<string, string>): void {
  Object.assign(process.env, values)
  test.after(() => {
    for (const name of Object.keys(values)) delete process.env[name]
  })
}
