import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  ListMultipartUploadsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { PiecewiseUpload } from './object-store.ts'

export interface S3UploadsOptions {
  readonly client: S3Client
  /** Bucket, and how its objects are kept. */
  readonly object: S3ObjectOptions
  readonly condition: { readonly IfNoneMatch?: string }
  readonly checksum: 'sha256' | 'md5'
  hash(piece: Buffer): S3Checksum
  readClockSkewMs(): number | undefined
}

/** How the store is told what it must get. */
export type S3Checksum = { readonly ContentMD5: string } | { readonly ChecksumSHA256: string }

/** What holds for every object of a connection. */
export type S3ObjectOptions = { readonly Bucket: string } & Pick<
  CreateMultipartUploadCommandInput,
  'ServerSideEncryption' | 'SSEKMSKeyId' | 'BucketKeyEnabled' | 'StorageClass'
>

export interface S3Uploads {
  /** Errors are those of the SDK; PreconditionFailed if the key is taken. */
  put(key: string, upload: PiecewiseUpload, signal: AbortSignal): Promise<void>
}

/** What is given up is cleared away in this time, or left to a rule of the bucket. */
const clearWithinMs = 5000

/**
 * Uploads in pieces, one after the other: the object appears when the last request is done, or not at all. What is
 * given up is aborted. So is what a crash left of the same key: every upload that is older than this.
 */
export function openS3Uploads(options: S3UploadsOptions): S3Uploads {
  const { client, object, condition, checksum, hash, readClockSkewMs } = options
  const { Bucket } = object
  const openedAt = Date.now()

  const abort = async (Key: string, UploadId: string): Promise<void> => {
    const command = new AbortMultipartUploadCommand({ Bucket, Key, UploadId })
    await client.send(command, { abortSignal: AbortSignal.timeout(clearWithinMs) }).catch(ignore)
  }

  /** Whoever may not list, or a store that cannot, leaves them to a rule of the bucket. */
  const abortAbandoned = async (key: string, abortSignal: AbortSignal): Promise<void> => {
    const list = new ListMultipartUploadsCommand({ Bucket, Prefix: key })
    const { Uploads = [] } = await client.send(list, { abortSignal }).catch(() => ({ Uploads: [] }))
    const openedAtStore = openedAt + (readClockSkewMs() ?? 0)
    for (const { Key, UploadId, Initiated } of Uploads) {
      if (Key === key && Initiated !== undefined && Initiated.getTime() < openedAtStore) {
        await abort(key, UploadId!)
      }
    }
  }

  return {
    async put(key, upload, abortSignal) {
      await abortAbandoned(key, abortSignal)
      const created = await client.send(
        new CreateMultipartUploadCommand({
          ...object,
          Key: key,
          ...(checksum === 'sha256' && { ChecksumAlgorithm: 'SHA256' }),
        }),
        { abortSignal },
      )
      const at = { Bucket, Key: key, UploadId: created.UploadId! }
      try {
        const Parts: CompletedPart[] = []
        for await (const piece of upload.read()) {
          const PartNumber = Parts.length + 1
          const proof = hash(piece)
          const command = new UploadPartCommand({ ...at, ...proof, PartNumber, Body: piece })
          const { ETag } = await client.send(command, { abortSignal })
          Parts.push({ PartNumber, ETag, ...('ChecksumSHA256' in proof && proof) })
        }
        const command = new CompleteMultipartUploadCommand({
          ...at,
          ...condition,
          MultipartUpload: { Parts },
        })
        await client.send(command, { abortSignal })
      } catch (error) {
        // Harmless if the object is there after all and only the answer was lost: then there is no upload any more.
        await abort(key, at.UploadId)
        throw error
      }
    },
  }
}

function ignore(): void {}
