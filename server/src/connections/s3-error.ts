import { type ErrorCode, HansardError } from 'hansard-protocol'
import type { S3Options } from '../config/s3-kind.ts'

interface Meaning {
  readonly code: ErrorCode
  readonly advice: string
}

const wrongKeys: Meaning = {
  code: 'CONNECTION_DENIED',
  advice: 'Check the keys under `credentials`; new ones are read at the next attempt',
}
const expired: Meaning = {
  code: 'CONNECTION_DENIED',
  advice: 'Renew the credentials; new ones are read at the next attempt',
}
const noCredentials: Meaning = {
  code: 'CONNECTION_DENIED',
  advice: 'Set `credentials`, or give the server what its type asks for',
}
const wrongToken: Meaning = {
  code: 'CONNECTION_DENIED',
  advice: 'Check token, role and the trust policy of the role',
}
const wrongRegion: Meaning = {
  code: 'CONNECTION_MISSING',
  advice: 'Set `region` to the region of the bucket',
}
const full: Meaning = { code: 'CONNECTION_FULL', advice: 'Free some space, or raise the quota' }
const busy: Meaning = { code: 'CONNECTION_BUSY', advice: 'It is tried again by itself' }
const wrongCertificate: Meaning = {
  code: 'CONNECTION_UNREACHABLE',
  advice: 'Check the certificate of the store; NODE_EXTRA_CA_CERTS names a file of authorities to trust',
}
const wrongKmsKey: Meaning = {
  code: 'CONNECTION_DENIED',
  advice: 'Check `encryption.keyId`, and that these credentials may use the key',
}
const damaged: Meaning = {
  code: 'CONNECTION_UNREACHABLE',
  advice: 'It is sent again. If this lasts, check the network, proxies on the way, and `checksum`',
}

/** By the store's own code, or the one of the SDK or of Node. */
const meanings: Readonly<Record<string, Meaning>> = {
  NoSuchBucket: { code: 'CONNECTION_MISSING', advice: 'Create the bucket, or correct `bucket`' },
  PermanentRedirect: wrongRegion,
  AuthorizationHeaderMalformed: wrongRegion,
  IllegalLocationConstraintException: wrongRegion,
  InvalidAccessKeyId: wrongKeys,
  SignatureDoesNotMatch: wrongKeys,
  InvalidClientTokenId: wrongKeys,
  // The Versity gateway, with status 404.
  XAdminUserNotFound: wrongKeys,
  ERR_INVALID_CHAR: wrongKeys,
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  InvalidToken: expired,
  TokenRefreshRequired: expired,
  CredentialsProviderError: noCredentials,
  ProviderError: noCredentials,
  TokenProviderError: noCredentials,
  InvalidIdentityToken: wrongToken,
  InvalidIdentityTokenException: wrongToken,
  IDPRejectedClaim: wrongToken,
  // The SDK takes the store's clock from the answer, so the next attempt mostly passes. A new client would not know.
  RequestTimeTooSkewed: {
    code: 'CONNECTION_UNREACHABLE',
    advice: 'Set the clock of this machine. It is tried again by the clock of the store',
  },
  // Somebody wrote the same key in the same moment, and who was first is not decided yet.
  ConditionalRequestConflict: busy,
  OperationAborted: busy,
  SlowDown: busy,
  Throttling: busy,
  ThrottlingException: busy,
  TooManyRequests: busy,
  InvalidStorageClass: { code: 'CONNECTION_UNSUPPORTED', advice: 'Correct `storageClass`' },
  BadDigest: damaged,
  InvalidDigest: damaged,
  XAmzContentSHA256Mismatch: damaged,
  XAmzContentChecksumMismatch: damaged,
  DEPTH_ZERO_SELF_SIGNED_CERT: wrongCertificate,
  SELF_SIGNED_CERT_IN_CHAIN: wrongCertificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: wrongCertificate,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: wrongCertificate,
  CERT_HAS_EXPIRED: wrongCertificate,
  ERR_TLS_CERT_ALTNAME_INVALID: wrongCertificate,
}

const unreachable: Meaning = {
  code: 'CONNECTION_UNREACHABLE',
  advice: 'Check the network, the store, and `endpoint` or `region`',
}

/**
 * Translates an error of the SDK; `action` says what was tried, e.g. `write s3://audit/a.gz`. What stands in
 * `secrets` is kept out of the text.
 */
export function makeS3Error(
  error: unknown,
  action: string,
  options: S3Options,
  secrets: readonly string[],
): HansardError {
  if (error instanceof HansardError) return error
  const { name, code, message, syscall, path, $metadata } = error as SdkError
  if (syscall === 'open' && path !== undefined) return makeUnreadable(error, path, code)
  // An error of Node has its own word in `code`, one of the store in `name`.
  const storeCode = code ?? name ?? 'no code'
  const status = $metadata?.httpStatusCode
  const meaning = meanings[storeCode] ?? findByPattern(storeCode, status, options)
  const said = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), message ?? '')
  const told = [status, storeCode].filter((part) => part !== undefined).join(' ')
  const detail = `Cannot ${action}: ${said.trim().replace(/\.$/, '') || 'the store gave no reason'} (${told}). ${meaning.advice}.`
  return new HansardError(meaning.code, detail, {
    cause: error,
    facts: { storeCode, status: status ?? null },
  })
}

interface SdkError {
  readonly name?: string
  readonly code?: string
  readonly message?: string
  readonly syscall?: string
  readonly path?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

function findByPattern(storeCode: string, status: number | undefined, options: S3Options): Meaning {
  if (status === 507 || /quota|storagefull/i.test(storeCode)) return full
  if (storeCode.startsWith('KMS.')) return wrongKmsKey
  if (status === 501) return { code: 'CONNECTION_UNSUPPORTED', advice: adviseUnsupported(options) }
  if (status === 401 || status === 403) {
    return { code: 'CONNECTION_DENIED', advice: 'Allow it to these credentials, or use others' }
  }
  if (status === 429 || status === 503) return busy
  if (status === 301) return wrongRegion
  return unreachable
}

/** What the options ask for beyond what every store knows. */
function adviseUnsupported({ conditionalWrites, encryption, storageClass }: S3Options): string {
  const doubts = [
    ...(conditionalWrites ? ['set `conditionalWrites: false`'] : []),
    ...(encryption.type === 'none' ? [] : ['leave `encryption` out']),
    ...(storageClass === undefined ? [] : ['leave `storageClass` out']),
  ]
  return doubts.length === 0
    ? 'Use another store'
    : `If the store does not know what is asked for, ${doubts.join(', or ')}`
}

/** A file of credentials, such as the token of a web identity. */
function makeUnreadable(error: unknown, file: string, code: string | undefined): HansardError {
  const detail = `The secret in the file ${file} cannot be read (${code}). Check path and rights.`
  return new HansardError('SECRET_UNREADABLE', detail, { cause: error, facts: { file } })
}

/** Whether the store refused with this code of its own. */
export function hasS3Code(error: unknown, code: string): boolean {
  return error instanceof Error && error.name === code
}
