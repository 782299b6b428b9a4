import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { HansardError } from 'hansard-protocol'
import type { S3Options } from '../config/s3-kind.ts'
import { openS3Credentials } from './s3-credentials.ts'

export interface OpenedS3Client {
  readonly client: S3Client
  /** How far the clock of the store is ahead, by its last answer. */
  readClockSkewMs(): number | undefined
  listSecrets(): readonly string[]
}

/**
 * That of the first client is kept for all, so that opening one anew leaves no sockets behind. It makes its own
 * agents: with one of ours it would send a large body before the store said that it wants it, and a refusal might
 * get lost.
 */
let requestHandler: NonNullable<S3ClientConfig['requestHandler']> = { connectionTimeout: 5000 }

/**
 * A client with the credentials of this moment, that tries everything once.
 * @throws SECRET_UNREADABLE, CONNECTION_MISSING if no region is known
 */
export async function openS3Client(options: S3Options): Promise<OpenedS3Client> {
  const { endpoint, credentials: setting } = options
  const profile = setting.type === 'profile' ? setting.profile : undefined
  const credentials = await openS3Credentials(setting)
  const client = new S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(profile !== undefined && { profile }),
    region: await findRegion(options, profile),
    forcePathStyle: options.pathStyle ?? endpoint !== undefined,
    credentials: credentials.provide,
    maxAttempts: 1,
    // By themselves, newer clients send checksums that many stores do not know.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler,
  })
  requestHandler = client.config.requestHandler
  let clockSkewMs: number | undefined
  client.middlewareStack.add(
    (next) => async (request) => {
      const answer = await next(request)
      clockSkewMs = readSkewMs(answer.response) ?? clockSkewMs
      return answer
    },
    // Low is close to the network: before errors are thrown.
    { step: 'deserialize', priority: 'low', name: 'readClockSkew' },
  )
  return { client, readClockSkewMs: () => clockSkewMs, listSecrets: credentials.listSecrets }
}

function readSkewMs(response: unknown): number | undefined {
  const { date } = (response as { headers?: Record<string, string> }).headers ?? {}
  const at = Date.parse(date ?? '')
  return Number.isNaN(at) ? undefined : at - Date.now()
}

async function findRegion(
  { region, endpoint, bucket }: S3Options,
  profile: string | undefined,
): Promise<string> {
  if (region !== undefined) return region
  try {
    return await new S3Client(profile === undefined ? {} : { profile }).config.region()
  } catch (error) {
    if (endpoint !== undefined) return 'us-east-1'
    const detail = `Cannot open s3://${bucket}: no region is known. Set \`region\`, or AWS_REGION in the environment of the server.`
    throw new HansardError('CONNECTION_MISSING', detail, { cause: error, facts: { bucket } })
  }
}
