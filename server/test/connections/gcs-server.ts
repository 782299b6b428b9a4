import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { type GcsOptions, gcsKind } from '../../src/config/gcs-kind.ts'
import type { Connection } from '../../src/connections/connection.ts'
import { openGcsStore } from '../../src/connections/gcs.ts'
import { openObjectConnection } from '../../src/connections/object-connection.ts'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly params: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface Reply {
  /** 200 if it is left out. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object goes as JSON. */
  readonly body?: string | object
}

/** Answers as Google does, from a script: `reply` gets each request; without a reply the line is broken off. */
export async function startGcsServer(
  t: TestContext,
  reply: (seen: Seen, all: readonly Seen[]) => Reply | undefined,
): Promise<{ readonly url: string; readonly seen: readonly Seen[] }> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const { method = '', headers } = request
    const body = await text(request).catch(() => '')
    const one = { method, path: url.pathname, params: url.searchParams, headers, body }
    seen.push(one)
    const given = reply(one, seen)
    if (given === undefined) return request.socket.destroy()
    const { status = 200, body: content = '' } = given
    response.writeHead(status, { ...given.headers })
    return response.end(typeof content === 'string' ? content : JSON.stringify(content))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

/** An error in the form of the JSON API. */
export function refuse(status: number, reason: string, message: string): Reply {
  return { status, body: { error: { code: status, message, errors: [{ reason, message }] } } }
}

/** Options as they come out of a configuration file. */
export function makeGcsOptions(options: object): GcsOptions {
  return gcsKind.schema.parse({ type: 'gcs', bucket: 'audit', ...options })
}

/** The driver in an object connection, without layers: one attempt is one attempt. Without credentials if none are given. */
export function openGcs(options: object, pieceBytes?: number): Connection {
  const parsed = makeGcsOptions({ credentials: { type: 'none' }, ...options })
  return openObjectConnection({
    prefix: parsed.prefix,
    conditionalWrites: parsed.conditionalWrites,
    openStore: () => openGcsStore(parsed, pieceBytes),
  })
}

/** A service-account key as Google hands it out, with its token endpoint at `url`. */
export function makeKey(url: string, id: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return JSON.stringify({
    type: 'service_account',
    project_id: 'test',
    private_key_id: id,
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: `${id}@test.iam.gserviceaccount.com`,
    token_uri: `${url}/token`,
  })
}

/** What a request for a token claims: who asks, for what. */
export function readClaims({ body }: Seen): Record<string, unknown> {
  const assertion = new URLSearchParams(body).get('assertion') ?? ''
  return JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString())
}

export async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hansard-gcs-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}
