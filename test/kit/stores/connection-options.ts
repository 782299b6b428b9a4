import type { AzureStore, GcsStore, S3Store } from './store.ts'

/** How a connection to a started store stands in a configuration file. */
export type ConnectionOptions = Readonly<Record<string, unknown>>

export function makeS3Options(store: S3Store, bucket: string): ConnectionOptions {
  const { endpoint, region, accessKeyId, secretAccessKey } = store
  const credentials = { type: 'keys', accessKeyId, secretAccessKey }
  return { type: 's3', bucket, endpoint, region, credentials }
}

export function makeAzureOptions({ endpoint, accountKey }: AzureStore, container: string): ConnectionOptions {
  const credentials = { type: 'account-key', key: accountKey }
  return { type: 'azure-blob', endpoint, container, credentials }
}

export function makeGcsOptions({ endpoint }: GcsStore, bucket: string): ConnectionOptions {
  return { type: 'gcs', bucket, endpoint, credentials: { type: 'none' } }
}
