import type { TokenCredential } from '@azure/identity'
import { AnonymousCredential, BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { HansardError } from 'hansard-protocol'
import { type AzureBlobOptions, findAzureAccount, findAzureEndpoint } from '../config/azure-blob-kind.ts'
import { readSecret } from '../config/read-secret.ts'
import { makeUnusableCredentials } from './azure-blob-error.ts'

export interface AzureBlobService {
  /** With the signature, if that is what gives access. */
  readonly url: string
  readonly credential: StorageSharedKeyCredential | AnonymousCredential | TokenCredential
  /** What must stand in no text. */
  readonly secrets: readonly string[]
}

/**
 * Where the service is and who we are there, with the secrets of this moment. Asks for no token yet.
 * @throws SECRET_UNREADABLE, CONNECTION_DENIED if the credentials cannot be used
 */
export async function openAzureBlobService(options: AzureBlobOptions): Promise<AzureBlobService> {
  const { credentials } = options
  if (credentials.type === 'connection-string') {
    return parseConnectionString(await readSecret(credentials.connectionString))
  }
  const url = findAzureEndpoint(options)!
  switch (credentials.type) {
    case 'account-key': {
      const key = await readSecret(credentials.key)
      return {
        url,
        credential: new StorageSharedKeyCredential(findAzureAccount(options)!, key),
        secrets: [key],
      }
    }
    case 'sas': {
      const token = (await readSecret(credentials.token)).replace(/^\?/, '')
      return openSigned(url, token)
    }
    default: {
      const credential = await openEntra(credentials).catch((error: unknown) => {
        throw makeUnusableCredentials(error, url)
      })
      return { url, ...credential }
    }
  }
}

function openSigned(url: string, token: string): AzureBlobService {
  const signature = new URLSearchParams(token).get('sig')
  if (signature === null) {
    const detail = `Cannot use the credentials for ${url}: the shared access signature has no \`sig=\`. Set \`credentials.token\` to a whole token.`
    throw new HansardError('CONNECTION_DENIED', detail)
  }
  const secrets = [token, signature, encodeURIComponent(signature)]
  return { url: `${url}?${token}`, credential: new AnonymousCredential(), secrets }
}

function parseConnectionString(line: string): AzureBlobService {
  let client: BlobServiceClient
  try {
    client = BlobServiceClient.fromConnectionString(line)
  } catch {
    // The error of the SDK may hold the line.
    const detail =
      'Cannot use the connection string: it has no account with a key, and no address with a signature. Copy it again from the account.'
    throw new HansardError('CONNECTION_DENIED', detail)
  }
  const { credential } = client
  const url = new URL(client.url)
  const token = url.search.slice(1)
  url.search = ''
  if (token !== '') return openSigned(url.href.replace(/\/+$/, ''), token)
  return { url: url.href, credential, secrets: [line, /AccountKey=([^;]*)/.exec(line)?.[1] ?? line] }
}

type EntraSetting = Extract<
  AzureBlobOptions['credentials'],
  { type: 'managed-identity' | 'workload-identity' | 'client-secret' }
>

/** One attempt for each token: our own layers repeat. */
const once = { retryOptions: { maxRetries: 0 } } as const

async function openEntra(setting: EntraSetting): Promise<Pick<AzureBlobService, 'credential' | 'secrets'>> {
  const { ClientSecretCredential, ManagedIdentityCredential, WorkloadIdentityCredential } = await import(
    '@azure/identity'
  )
  switch (setting.type) {
    case 'managed-identity': {
      const { clientId } = setting
      const credential = new ManagedIdentityCredential({ ...once, ...(clientId && { clientId }) })
      return { credential: withDeadline(credential), secrets: [] }
    }
    case 'workload-identity': {
      const { tenantId, clientId, tokenFile } = setting
      const credential = new WorkloadIdentityCredential({
        ...once,
        ...(tenantId && { tenantId }),
        ...(clientId && { clientId }),
        ...(tokenFile && { tokenFilePath: tokenFile }),
        ...atAuthority(setting.authorityHost),
      })
      return { credential, secrets: [] }
    }
    case 'client-secret': {
      const secret = await readSecret(setting.clientSecret)
      const credential = new ClientSecretCredential(setting.tenantId, setting.clientId, secret, {
        ...once,
        ...atAuthority(setting.authorityHost),
      })
      return { credential, secrets: [secret] }
    }
  }
}

/** An authority that was named is trusted; to ask the public cloud about it would fail where there is none. */
function atAuthority(authorityHost: string | undefined) {
  return authorityHost === undefined ? {} : { authorityHost, disableInstanceDiscovery: true }
}

const identityWithinMs = 5000

/** Outside Azure nobody answers at the address of the identity service, and the SDK waits for minutes. */
function withDeadline(credential: TokenCredential): TokenCredential {
  return {
    async getToken(scopes, options) {
      const late = Promise.withResolvers<never>()
      const timer = setTimeout(() => {
        const detail = `The identity service of this machine did not answer within ${identityWithinMs / 1000} s. Give the machine a managed identity, or set \`credentials\` to another type.`
        late.reject(new HansardError('CONNECTION_DENIED', detail))
      }, identityWithinMs)
      try {
        return await Promise.race([credential.getToken(scopes, options), late.promise])
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
