import { type ErrorCode, HansardError } from 'hansard-protocol'
import type { AzureBlobOptions } from '../config/azure-blob-kind.ts'

interface Meaning {
  readonly code: ErrorCode
  readonly advice: string
}

const refused: Meaning = {
  code: 'CONNECTION_DENIED',
  advice:
    'Check that the credentials are right and not expired, and the clock of this machine; new credentials are read at the next attempt',
}
const notAllowed: Meaning = {
  code: 'CONNECTION_DENIED',
  advice:
    'Allow it to these credentials, and this machine in the network rules of the account; `hansard connections check` prints the permissions',
}
const noToken: Meaning = {
  code: 'CONNECTION_DENIED',
  advice: 'Check `credentials`, and that the identity exists and its secret is not expired',
}
const unreadable: Meaning = {
  code: 'CONNECTION_DENIED',
  advice: 'Bring the file back from the archive tier to read it',
}
const immutable: Meaning = {
  code: 'CONNECTION_DENIED',
  advice: 'The rules of the container protect the file; leave it, or change the rules',
}
const busy: Meaning = { code: 'CONNECTION_BUSY', advice: 'It is tried again by itself' }
const wrongTier: Meaning = {
  code: 'CONNECTION_UNSUPPORTED',
  advice: 'Leave `accessTier` out, or choose one that this kind of account has',
}
const wrongCertificate: Meaning = {
  code: 'CONNECTION_UNREACHABLE',
  advice: 'Check the certificate of the store; NODE_EXTRA_CA_CERTS names a file of authorities to trust',
}
const unreachable: Meaning = {
  code: 'CONNECTION_UNREACHABLE',
  advice: 'Check the network, the store, and `account` or `endpoint`',
}

/** By the store's own code, or the one of Node. */
const meanings: Readonly<Record<string, Meaning>> = {
  ContainerNotFound: { code: 'CONNECTION_MISSING', advice: 'Create the container, or correct `container`' },
  ContainerBeingDeleted: {
    code: 'CONNECTION_MISSING',
    advice: 'Somebody removed the container. Create it again when the store lets you',
  },
  AuthenticationFailed: refused,
  InvalidAuthenticationInfo: refused,
  NoAuthenticationInformation: refused,
  BlobArchived: unreadable,
  BlobBeingRehydrated: unreadable,
  BlobImmutableDueToPolicy: immutable,
  InvalidBlobTier: wrongTier,
  BlobAccessTierNotSupportedForAccountType: wrongTier,
  ServerBusy: busy,
  Md5Mismatch: {
    code: 'CONNECTION_UNREACHABLE',
    advice: 'It is sent again. If this lasts, check the network and proxies on the way',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: wrongCertificate,
  SELF_SIGNED_CERT_IN_CHAIN: wrongCertificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: wrongCertificate,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: wrongCertificate,
  CERT_HAS_EXPIRED: wrongCertificate,
  ERR_TLS_CERT_ALTNAME_INVALID: wrongCertificate,
}

interface SdkError {
  readonly name?: string
  readonly code?: string
  readonly message?: string
  readonly statusCode?: number
  /** What stands in the headers of an answer without a body. */
  readonly details?: { readonly errorCode?: string }
}

/**
 * Translates an error of the SDKs; `action` says what was tried, e.g.
 * `write https://account.blob.core.windows.net/audit/a.gz`. What stands in `secrets` is kept out of the text.
 */
export function makeAzureError(
  error: unknown,
  action: string,
  options: AzureBlobOptions,
  secrets: readonly string[],
): HansardError {
  if (error instanceof HansardError) return error
  const { name = '', message = '', statusCode: status } = error as SdkError
  const code = findCode(error)
  const identity = identityErrors.test(name)
  const storeCode = code ?? (identity ? findIdentityCode(message) : undefined)
  const meaning = identity
    ? findIdentityMeaning(message)
    : (meanings[storeCode ?? ''] ?? findByStatus(status, options))
  // Without a code of its own it was not the store that answered, and the message is a page of somebody else.
  const said = status !== undefined && code === undefined ? '' : cutMessage(message)
  const shown = secrets.filter(Boolean).reduce((text, secret) => text.replaceAll(secret, '***'), said)
  const told = [status, storeCode].filter((part) => part !== undefined).join(' ') || name
  const detail = `Cannot ${action}: ${shown || 'the store gave no reason'} (${told}). ${meaning.advice}.`
  return new HansardError(meaning.code, detail, {
    cause: error,
    facts: { storeCode: storeCode ?? null, status: status ?? null },
  })
}

/** Credentials that the SDK refuses before anybody is asked. */
export function makeUnusableCredentials(error: unknown, url: string): HansardError {
  if (error instanceof HansardError) return error
  const detail = `Cannot use the credentials for ${url}: ${cutMessage((error as Error).message)}. ${noToken.advice}.`
  return new HansardError(noToken.code, detail, { cause: error })
}

/** Whether the store refused with one of these codes of its own. */
export function hasAzureCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(findCode(error) ?? '')
}

function findCode(error: unknown): string | undefined {
  const { code, details } = error as SdkError
  return code ?? details?.errorCode
}

function findByStatus(status: number | undefined, { conditionalWrites }: AzureBlobOptions): Meaning {
  switch (status) {
    case 401:
    case 403:
      return notAllowed
    case 429:
    case 503:
      return busy
    case 507:
      return { code: 'CONNECTION_FULL', advice: 'Free some space, or raise the quota' }
    case 501:
      return {
        code: 'CONNECTION_UNSUPPORTED',
        advice: conditionalWrites
          ? 'If the store does not know the condition of a write, set `conditionalWrites: false`'
          : 'Use another store',
      }
    default:
      return unreachable
  }
}

const identityErrors =
  /^(?:AuthenticationError|AuthenticationRequiredError|CredentialUnavailableError|ClientConfigurationError|ClientAuthError)$/

const passingFault =
  /network_error|network unreachable|endpoints_resolution_error|temporarily_unavailable|server_error|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|EHOSTUNREACH/i

function findIdentityMeaning(message: string): Meaning {
  if (!passingFault.test(message)) return noToken
  return {
    code: 'CONNECTION_UNREACHABLE',
    advice: 'Check the network on the way to the token service, its state, `tenantId` and `authorityHost`',
  }
}

/** Entra ID numbers its refusals. */
function findIdentityCode(message: string): string | undefined {
  return /AADSTS\d+/.exec(message)?.[0]
}

/** The first line: below it stand request ids and times. */
function cutMessage(message: string): string {
  return message.split(/\r?\n/, 1)[0]!.trim().replace(/\.$/, '').slice(0, 300)
}
