import { createHash } from 'node:crypto'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type StorageClass,
} from '@aws-sdk/client-s3'
import type { S3Options } from '../config/s3-kind.ts'
import type { ObjectStore } from './object-store.ts'
import { openS3Client } from './s3-client.ts'
import { hasS3Code, makeS3Error } from './s3-error.ts'
import { openS3Uploads, type S3Checksum, type S3ObjectOptions } from './s3-uploads.ts'

const usualPieceBytes = 8 * 1024 * 1024

/**
 * Opens a bucket of Amazon S3, or of a store that speaks its protocol. Reads the credentials; sends nothing.
 *
 * @param pieceBytes at least 5 MiB, by the rules of S3
 * @throws SECRET_UNREADABLE, CONNECTION_MISSING if no region is known
 */
export async function openS3Store(options: S3Options, pieceBytes = usualPieceBytes): Promise<ObjectStore> {
  const { bucket: Bucket, conditionalWrites } = options
  const { client, readClockSkewMs, listSecrets } = await openS3Client(options)
  const checksum = options.checksum ?? (options.endpoint === undefined ? 'sha256' : 'md5')
  const object = makeObjectOptions(options)
  const condition = conditionalWrites ? { IfNoneMatch: '*' } : {}
  const hash = (bytes: Buffer): S3Checksum => {
    const digest = createHash(checksum).update(bytes).digest('base64')
    return checksum === 'md5' ? { ContentMD5: digest } : { ChecksumSHA256: digest }
  }
  const uploads = openS3Uploads({ client, object, condition, checksum, hash, readClockSkewMs })

  return {
    pieceBytes,
    piecesMax: 10_000,

    async putWhole(key, bytes, abortSignal) {
      const put = new PutObjectCommand({ ...object, ...condition, ...hash(bytes), Key: key, Body: bytes })
      return createOnly(client.send(put, { abortSignal }))
    },

    putInPieces: (key, upload, signal) => createOnly(uploads.put(key, upload, signal)),

    async read(key, abortSignal) {
      try {
        const got = await client.send(new GetObjectCommand({ Bucket, Key: key }), { abortSignal })
        return { bytes: got.ContentLength!, chunks: got.Body as AsyncIterable<Uint8Array> }
      } catch (error) {
        if (hasS3Code(error, 'NoSuchKey')) return undefined
        throw error
      }
    },

    async *list(prefix, abortSignal) {
      for (let token: string | undefined; ; ) {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken: token }),
          { abortSignal },
        )
        for (const { Key, Size } of page.Contents ?? []) yield { path: Key!, bytes: Size! }
        token = page.NextContinuationToken
        if (token === undefined) return
      }
    },

    async remove(key, abortSignal) {
      try {
        await client.send(new DeleteObjectCommand({ Bucket, Key: key }), { abortSignal })
      } catch (error) {
        if (!hasS3Code(error, 'NoSuchKey')) throw error
      }
    },

    get clockSkewMs() {
      return readClockSkewMs()
    },
    translate: (error, action) => makeS3Error(error, action, options, listSecrets()),
    format: (key) => `s3://${Bucket}/${key}`,
  }
}

/** False if the key was taken. */
async function createOnly(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing
    return true
  } catch (error) {
    if (hasS3Code(error, 'PreconditionFailed')) return false
    throw error
  }
}

function makeObjectOptions({ bucket, encryption, storageClass }: S3Options): S3ObjectOptions {
  return {
    Bucket: bucket,
    ...(encryption.type === 'sse-s3' && { ServerSideEncryption: 'AES256' }),
    ...(encryption.type === 'sse-kms' && {
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: encryption.keyId,
      BucketKeyEnabled: encryption.bucketKey,
    }),
    // The SDK's type names those of AWS; other stores have others.
    ...(storageClass !== undefined && { StorageClass: storageClass as StorageClass }),
  }
}
