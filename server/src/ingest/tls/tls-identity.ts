import type { SecureContextOptions, TlsOptions } from 'node:tls'
import type { Clock } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import type { TlsConfig } from '../../config/tls-schema.ts'
import { readTlsFiles, type TlsFiles } from './tls-files.ts'

/** By what the server proves who it is, from files that may change at any time. */
export interface TlsIdentity {
  /** What is fixed at the start. */
  readonly serverOptions: TlsOptions
  /** What new connections use now; those that are open keep what they have. */
  readonly secureContext: SecureContextOptions
  readonly status: TlsStatus
  /** Tells of each new `secureContext`. */
  onChange(listener: (context: SecureContextOptions) => void): void
  /** Looks at the files again, at once. Never rejects: a pair that cannot be used leaves the one before in use. */
  refresh(): Promise<void>
  close(): Promise<void>
}

/** What health tells of it. */
export interface TlsStatus {
  /** When a certificate in use stops to be valid, in ms since 1970. */
  readonly expiresAt: number
  /** Why the files as they are now cannot be used; undefined if they are in use. */
  readonly fault: string | undefined
}

export interface TlsNotices {
  /** Another certificate, key or list of authorities is in use. */
  onTlsChange(expiresAt: number): void
  /** The files changed to what cannot be used; told once for each change. */
  onTlsFault(error: HansardError): void
}

/** How often the files are looked at. They are small, and content is a surer sign than times of change. */
const lookEveryMs = 10_000

/** @throws TLS_FILE_UNUSABLE */
export async function openTlsIdentity(
  config: TlsConfig,
  clock: Clock,
  notices: TlsNotices,
): Promise<TlsIdentity> {
  let files = await readTlsFiles(config)
  let fault: HansardError | undefined
  let refreshing = Promise.resolve()
  const listeners: ((context: SecureContextOptions) => void)[] = []
  const stop = new AbortController()

  async function look(): Promise<void> {
    try {
      const found = await readTlsFiles(config)
      fault = undefined
      if (isSame(found, files)) return
      const context = makeContext(found, config)
      for (const listener of listeners) listener(context)
      files = found
      notices.onTlsChange(found.expiresAt)
    } catch (thrown) {
      const error =
        thrown instanceof HansardError
          ? thrown
          : new HansardError('TLS_FILE_UNUSABLE', 'The files of TLS cannot be used.', { cause: thrown })
      const isNew = error.message !== fault?.message
      fault = error
      if (isNew) notices.onTlsFault(error)
    }
  }

  function refresh(): Promise<void> {
    // One after the other: what is read last is what counts.
    refreshing = refreshing.then(look)
    return refreshing
  }

  async function watch(): Promise<void> {
    while (!stop.signal.aborted) {
      await clock.sleep(lookEveryMs, stop.signal)
      if (!stop.signal.aborted) await refresh()
    }
  }

  const watching = watch()
  return {
    serverOptions: {
      requestCert: config.clientCertificates !== 'off',
      // Where one is optional, whoever has none that is vouched for is let in without.
      rejectUnauthorized: config.clientCertificates === 'required',
    },
    get secureContext() {
      return makeContext(files, config)
    },
    get status() {
      return { expiresAt: files.expiresAt, fault: fault?.message }
    },
    onChange: (listener) => void listeners.push(listener),
    refresh,
    async close() {
      stop.abort()
      await watching
      await refreshing
    },
  }
}

function makeContext({ cert, key, ca }: TlsFiles, { minVersion }: TlsConfig): SecureContextOptions {
  return { cert, key, minVersion, ...(ca === undefined ? {} : { ca }) }
}

function isSame(one: TlsFiles, other: TlsFiles): boolean {
  return (
    one.cert.equals(other.cert) &&
    one.key.equals(other.key) &&
    (one.ca === undefined ? other.ca === undefined : other.ca !== undefined && one.ca.equals(other.ca))
  )
}
