import { fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import type { S3Store } from '../../../test/kit/stores/store.ts'

/** Keys with a token, lent by a store that has a token service too; they may do what `policy` allows. */
export async function borrowKeys(store: S3Store, policy: string) {
  const { endpoint, region, accessKeyId, secretAccessKey } = store
  const lend = fromTemporaryCredentials({
    masterCredentials: { accessKeyId, secretAccessKey },
    params: { RoleArn: 'arn:aws:iam::123456789012:role/any', Policy: policy },
    clientConfig: { endpoint, region },
  })
  const keys = await lend()
  return {
    type: 'keys',
    accessKeyId: keys.accessKeyId,
    secretAccessKey: keys.secretAccessKey,
    sessionToken: keys.sessionToken!,
  } as const
}
