import {
  fromIni,
  fromNodeProviderChain,
  fromTemporaryCredentials,
  fromTokenFile,
} from '@aws-sdk/credential-providers'
import { readSecret } from '../config/read-secret.ts'
import type { S3Options } from '../config/s3-kind.ts'

type Setting = S3Options['credentials']
type Keys = Extract<Setting, { type: 'keys' }>
type Identity = Awaited<ReturnType<ReturnType<typeof fromIni>>>
type Provider = (properties?: Parameters<ReturnType<typeof fromIni>>[0]) => Promise<Identity>

export interface S3Credentials {
  /** Credentials that expire are fetched anew in time by the client that gets this. */
  readonly provide: Provider
  /** What must never be shown, as far as it is known by now. */
  listSecrets(): readonly string[]
}

const tokenService = { maxAttempts: 1 }
/** Instance metadata answers at once or is not there. Files are read anew: they may have changed. */
const fromMachine = { timeout: 1000, maxRetries: 0, ignoreCache: true, clientConfig: tokenService } as const

/**
 * The credentials of this moment.
 * @throws SECRET_UNREADABLE
 */
export async function openS3Credentials(setting: Setting): Promise<S3Credentials> {
  switch (setting.type) {
    case 'default':
      return watch(fromNodeProviderChain(fromMachine))
    case 'keys': {
      const keys = await readKeys(setting)
      return watch(async () => keys)
    }
    case 'profile':
      return watch(fromIni({ ...fromMachine, profile: setting.profile }))
    case 'assume-role': {
      const source = await openS3Credentials(setting.source)
      const provide = fromTemporaryCredentials({
        masterCredentials: source.provide,
        params: {
          RoleArn: setting.roleArn,
          RoleSessionName: setting.sessionName,
          DurationSeconds: setting.duration / 1000,
          ExternalId: setting.externalId,
        },
        clientConfig: makeTokenServiceConfig(setting),
      })
      return watch(provide, source)
    }
    case 'web-identity':
      return watch(
        fromTokenFile({
          webIdentityTokenFile: setting.tokenFile,
          roleArn: setting.roleArn,
          roleSessionName: setting.sessionName,
          durationSeconds: setting.duration / 1000,
          clientConfig: makeTokenServiceConfig(setting),
        }),
      )
  }
}

/** Notes the secrets of what is handed out. */
function watch(provide: Provider, source?: S3Credentials): S3Credentials {
  let last: Identity | undefined
  return {
    provide: async (properties) => {
      last = await provide(properties)
      return last
    },
    listSecrets: () =>
      [last?.secretAccessKey, last?.sessionToken, ...(source?.listSecrets() ?? [])].filter(
        (secret): secret is string => secret !== undefined && secret !== '',
      ),
  }
}

async function readKeys({ accessKeyId, secretAccessKey, sessionToken }: Keys): Promise<Identity> {
  const [id, secret, token] = await Promise.all([
    readSecret(accessKeyId),
    readSecret(secretAccessKey),
    sessionToken === undefined ? undefined : readSecret(sessionToken),
  ])
  return { accessKeyId: id, secretAccessKey: secret, ...(token !== undefined && { sessionToken: token }) }
}

/** The token service is asked in the region, and over the connections, of the client that needs credentials. */
function makeTokenServiceConfig({ stsEndpoint }: { readonly stsEndpoint?: string | undefined }) {
  return { ...tokenService, ...(stsEndpoint !== undefined && { endpoint: stsEndpoint }) }
}
