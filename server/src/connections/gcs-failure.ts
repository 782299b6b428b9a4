import { type ErrorCode, HansardError } from 'hansard-protocol'

/** Which answer is missing: that to a request for a token, to a request for the store, or to an upload's session. */
type Asked = 'credentials' | 'store' | 'session'

export interface GcsFault {
  readonly asked: Asked
  /** Undefined if there was no answer. */
  readonly status?: number | undefined
  /** The reason in the words of the store, or the code of the network's error. */
  readonly storeCode?: string | undefined
  /** False if it failed on this machine, before anybody was asked. */
  readonly sent?: boolean
}

/**
 * What went wrong, and nothing of the request: its headers hold a token, its body events, and its address may hold the
 * id of an upload.
 */
export class GcsFailure extends Error {
  readonly fault: GcsFault

  constructor(message: string, fault: GcsFault) {
    super(message)
    this.name = 'GcsFailure'
    this.fault = fault
  }
}

/** An answer that is no success. `secrets` are taken out of what it says. */
export function makeAnswerFailure(
  asked: Asked,
  status: number,
  body: string,
  secrets: readonly string[] = [],
): GcsFailure {
  const { reason, message } = parseAnswer(body)
  const fault = { asked, status, storeCode: reason }
  return new GcsFailure(clean([status, reason, message].filter(Boolean).join(' '), secrets), fault)
}

/** A request that got no answer, or only the start of one. */
export function makeNetworkFailure(error: unknown, asked: Asked): GcsFailure {
  const storeCode = findErrorCode(error)
  // The message of the transport quotes the whole address.
  return new GcsFailure(describeNetwork(storeCode), { asked, storeCode })
}

/** No token: the credentials are missing or unusable, or who gives tokens refuses them or does not answer. */
export function makeCredentialFailure(error: unknown): GcsFailure {
  const { config, response } = error as { config?: unknown; response?: { status: number; data: unknown } }
  if (response !== undefined) {
    const body = typeof response.data === 'string' ? response.data : JSON.stringify(response.data ?? '')
    return makeAnswerFailure('credentials', response.status, body)
  }
  if (config !== undefined) return makeNetworkFailure(error, 'credentials')
  // The message of a parser quotes what it cannot read.
  const said = error instanceof SyntaxError ? 'the credentials are not JSON' : (error as Error).message
  return new GcsFailure(clean(said, []), {
    asked: 'credentials',
    storeCode: findErrorCode(error),
    sent: false,
  })
}

export function translateGcsError(error: unknown, action: string): HansardError {
  const failure = error instanceof GcsFailure ? error : makeNetworkFailure(error, 'store')
  const { asked, status, storeCode } = failure.fault
  const code = chooseCode(failure.fault)
  const what = asked === 'credentials' ? 'no access token: ' : ''
  const said = failure.message.replace(/[.\s]+$/, '')
  return new HansardError(code, `Cannot ${action}: ${what}${said}. ${advise(code, failure.fault)}`, {
    cause: failure,
    facts: {
      ...(storeCode === undefined ? {} : { storeCode }),
      ...(status === undefined ? {} : { status }),
    },
  })
}

/** Reasons of an answer 403 that are no matter of rights. */
const busyReasons = new Set(['rateLimitExceeded', 'userRateLimitExceeded'])
const fullReasons = new Set(['quotaExceeded', 'dailyLimitExceeded'])

function chooseCode({ asked, status, storeCode = '', sent }: GcsFault): ErrorCode {
  if (sent === false) return 'CONNECTION_DENIED'
  if (status === undefined) return 'CONNECTION_UNREACHABLE'
  if (status === 429 || status === 503 || busyReasons.has(storeCode)) return 'CONNECTION_BUSY'
  if (asked === 'credentials') return status < 500 ? 'CONNECTION_DENIED' : 'CONNECTION_UNREACHABLE'
  if (status === 507 || fullReasons.has(storeCode)) return 'CONNECTION_FULL'
  if (status === 401 || status === 403) return 'CONNECTION_DENIED'
  // A session that the store has forgotten: the upload begins anew.
  if (status === 404 && asked === 'store') return 'CONNECTION_MISSING'
  if (status === 501) return 'CONNECTION_UNSUPPORTED'
  return 'CONNECTION_UNREACHABLE'
}

function advise(code: ErrorCode, { asked, status }: GcsFault): string {
  if (code === 'CONNECTION_DENIED' && asked === 'credentials') {
    return 'Check `credentials`: is there a service account, does it exist, is its key enabled, is the clock of this machine right?'
  }
  if (code === 'CONNECTION_DENIED') {
    return 'Grant the account what `hansard connections check` prints, or correct `credentials`.'
  }
  if (code === 'CONNECTION_MISSING') return 'Create the bucket, or correct `bucket` or `endpoint`.'
  if (code === 'CONNECTION_BUSY') return 'It is tried again.'
  if (code === 'CONNECTION_FULL') return 'Ask for a higher quota.'
  if (code === 'CONNECTION_UNSUPPORTED') {
    return 'If the store knows no conditional writes, set `conditionalWrites: false`.'
  }
  if (status === undefined) return 'Check the network and `endpoint`.'
  return status < 500
    ? 'It is tried again; if it stays, check the settings of the connection.'
    : 'It is tried again.'
}

/** The reason and the message of an error, from the bodies that stores and givers of tokens send. */
function parseAnswer(body: string): { reason?: string | undefined; message: string } {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return { message: body }
  }
  const { error, error_description: description } = Object(parsed) as Record<string, unknown>
  if (typeof error === 'string') return { reason: error, message: readText(description) }
  const { errors, status, message } = Object(error) as Record<string, unknown>
  const first = Object(Array.isArray(errors) ? errors[0] : undefined) as Record<string, unknown>
  return { reason: readText(first.reason ?? status) || undefined, message: readText(message) }
}

function readText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

const messageCharsMax = 300

function clean(text: string, secrets: readonly string[]): string {
  let cleaned = text
  for (const secret of secrets) cleaned = cleaned.replaceAll(secret, '…')
  return cleaned
    .replace(/<(style|script|title)[^>]*>[\s\S]*?<\/\1>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, messageCharsMax)
}

/** The code of the error, or of what caused it. */
function findErrorCode(error: unknown): string | undefined {
  for (let next = error; next instanceof Error; next = next.cause) {
    const { code } = next as NodeJS.ErrnoException
    if (typeof code === 'string') return code
    if (next.name === 'AbortError' || next.name === 'TimeoutError') return next.name
  }
  return undefined
}

function describeNetwork(code: string | undefined): string {
  if (code === 'AbortError') return 'the request was called off'
  if (code === 'TimeoutError') return 'no answer in time'
  return `no answer${code === undefined ? '' : ` (${code})`}`
}
