/** Why there was no answer: a sentence. */
export function describeNetworkError(error: unknown): string {
  // Node tries all addresses of a name and gathers their errors; the first one tells enough.
  const cause = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const words = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '')
  return `${words}${code === '' ? '' : ` (${code})`}.`
}

const trust =
  'Give the certificate of its authority: as tls.ca of a target, or in the file NODE_EXTRA_CA_CERTS'

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nobody listens at this address: is the server running?',
  ECONNRESET: 'The connection broke before the answer',
  EPIPE: 'The connection broke before the answer',
  ETIMEDOUT: 'The server does not answer',
  ENOTFOUND: 'The name of the server is not known',
  EAI_AGAIN: 'The name of the server could not be looked up',
  EHOSTUNREACH: 'There is no way to the server',
  ENETUNREACH: 'There is no way to the server',
  CERT_HAS_EXPIRED: 'The certificate of the server has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: `The server signed its certificate itself. ${trust}`,
  SELF_SIGNED_CERT_IN_CHAIN: `The certificate of the server has an authority that is not trusted. ${trust}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `The certificate of the server has an authority that is not trusted. ${trust}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `The certificate of the server has an authority that is not trusted. ${trust}`,
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of the server is for another name',
}
