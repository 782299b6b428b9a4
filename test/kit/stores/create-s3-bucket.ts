import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { S3Store } from './store.ts'

/** Makes a bucket by the store's own API. */
export async function createS3Bucket(
  {
    endpoint,
    region,
    accessKeyId,
    secretAccessKey,
  }: Pick<S3Store, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>,
  name: string,
): Promise<void> {
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: name }))
  client.destroy()
}
