import { createHash } from 'node:crypto'
import { type BlobItem, ContainerClient, newPipeline, type RequestPolicyFactory } from '@azure/storage-blob'
import { HansardError } from 'hansard-protocol'
import type { AzureBlobOptions } from '../config/azure-blob-kind.ts'
import { openAzureBlobService } from './azure-blob-credentials.ts'
import { hasAzureCode, makeAzureError } from './azure-blob-error.ts'
import type { StoredFile } from './connection.ts'
import type { ObjectStore } from './object-store.ts'
import { compareBytes } from './stored-path.ts'

const usualPieceBytes = 8 * 1024 * 1024

/**
 * Opens a container of Azure Blob Storage. Reads the credentials; sends nothing.
 * @throws SECRET_UNREADABLE, CONNECTION_DENIED if the credentials cannot be used
 */
export async function openAzureBlobStore(
  options: AzureBlobOptions,
  pieceBytes = usualPieceBytes,
): Promise<ObjectStore> {
  const service = await openAzureBlobService(options)
  const url = new URL(service.url)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${options.container}`
  const pipeline = newPipeline(service.credential, { retryOptions: { maxTries: 1 } })
  const clock = makeClockPolicy()
  pipeline.factories.push(clock.policy)
  const container = new ContainerClient(url.href, pipeline)
  const condition = options.conditionalWrites ? { conditions: { ifNoneMatch: '*' } } : {}
  const tier = options.accessTier === undefined ? {} : { tier: options.accessTier }

  return {
    pieceBytes,
    piecesMax: 50_000,

    putWhole(key, bytes, abortSignal) {
      const transactionalContentMD5 = createHash('md5').update(bytes).digest()
      return createOnly(
        container
          .getBlockBlobClient(key)
          .upload(bytes, bytes.length, { ...condition, ...tier, transactionalContentMD5, abortSignal }),
      )
    },

    // Nothing to give up when it fails: blocks that are in no list vanish after a week.
    async putInPieces(key, upload, abortSignal) {
      const blob = container.getBlockBlobClient(key)
      const whole = createHash('md5')
      const ids: string[] = []
      for await (const piece of upload.read()) {
        const id = makeBlockId(upload.sha256, upload.pieceBytes, ids.length)
        const transactionalContentMD5 = createHash('md5').update(piece).digest()
        await blob.stageBlock(id, piece, piece.length, { transactionalContentMD5, abortSignal })
        whole.update(piece)
        ids.push(id)
      }
      const blobHTTPHeaders = { blobContentMD5: whole.digest() }
      return createOnly(blob.commitBlockList(ids, { ...condition, ...tier, blobHTTPHeaders, abortSignal }))
    },

    async read(key, abortSignal) {
      try {
        const got = await container
          .getBlobClient(key)
          .download(0, undefined, { maxRetryRequests: 0, abortSignal })
        const chunks = got.readableStreamBody as AsyncIterable<Uint8Array>
        if (!isFolder(got.metadata)) return { bytes: got.contentLength!, chunks }
        for await (const _chunk of chunks);
        return undefined
      } catch (error) {
        if (hasAzureCode(error, 'BlobNotFound')) return undefined
        throw error
      }
    },

    list: (prefix, abortSignal) =>
      inByteOrder(container.listBlobsFlat({ prefix, includeMetadata: true, abortSignal })),

    async remove(key, abortSignal) {
      try {
        await container.getBlobClient(key).delete({ abortSignal })
      } catch (error) {
        if (!hasAzureCode(error, 'BlobNotFound')) throw error
      }
    },

    get clockSkewMs() {
      return clock.readSkewMs()
    },
    translate: (error, action) => makeAzureError(error, action, options, service.secrets),
    format: (key) => `${url.origin}${url.pathname}/${key}`,
  }
}

const takenCodes = [
  'BlobAlreadyExists',
  'ConditionNotMet',
  // What a container with an immutability policy says of a file that is there.
  'BlobImmutableDueToPolicy',
  // What a signature that may only create says of it.
  'UnauthorizedBlobOverwrite',
]

/** False if the key was taken. */
async function createOnly(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing
    return true
  } catch (error) {
    if (hasAzureCode(error, ...takenCodes)) return false
    throw error
  }
}

/**
 * Ids of one blob must have one length. The same content has the same ids, so whoever begins again sends over what
 * is there; other content has others, so two writers never mix their blocks.
 */
function makeBlockId(sha256: string, pieceBytes: number, index: number): string {
  const id = Buffer.alloc(40)
  id.write(sha256, 'hex')
  id.writeUInt32BE(pieceBytes, 32)
  id.writeUInt32BE(index, 36)
  return id.toString('base64')
}

/** Accounts with a hierarchical namespace have folders, which look like empty blobs. */
function isFolder(metadata: Readonly<Record<string, string>> | undefined): boolean {
  return metadata?.hdi_isfolder === 'true'
}

/**
 * Blobs come in the order of names, and it is not said whether by bytes or by UTF-16. The two differ only among
 * names with signs above U+FFFF: these are held back and sorted together with what has the same beginning.
 */
async function* inByteOrder(blobs: AsyncIterable<BlobItem>): AsyncIterable<StoredFile> {
  let held: StoredFile[] = []
  let stem = ''
  let last: string | undefined

  function* release(files: readonly StoredFile[]): Iterable<StoredFile> {
    for (const file of files) {
      if (last !== undefined && compareBytes(file.path, last) <= 0) throw makeDisorder(last, file.path)
      last = file.path
      yield file
    }
  }
  const sortHeld = (): StoredFile[] => held.sort((left, right) => compareBytes(left.path, right.path))

  for await (const { name, properties, metadata } of blobs) {
    if (isFolder(metadata)) continue
    const file = { path: name, bytes: properties.contentLength! }
    if (held.length > 0 && name.startsWith(stem)) {
      held.push(file)
      continue
    }
    yield* release(sortHeld())
    const at = name.search(/[\ud800-\udfff]/)
    held = at < 0 ? [] : [file]
    stem = name.slice(0, Math.max(at, 0))
    if (at < 0) yield* release([file])
  }
  yield* release(sortHeld())
}

function makeDisorder(before: string, after: string): HansardError {
  const detail = `The store listed ${JSON.stringify(after)} after ${JSON.stringify(before)}, which is not the order of bytes. Use an account without a hierarchical namespace.`
  return new HansardError('CONNECTION_UNSUPPORTED', detail, { facts: { before, after } })
}

/** Looks at the time in every answer, refusals too. */
function makeClockPolicy(): { policy: RequestPolicyFactory; readSkewMs: () => number | undefined } {
  let skewMs: number | undefined
  const look = (date: string | undefined): void => {
    const at = Date.parse(date ?? '')
    if (!Number.isNaN(at)) skewMs = at - Date.now()
  }
  const policy: RequestPolicyFactory = {
    create: (next) => ({
      async sendRequest(request) {
        try {
          const response = await next.sendRequest(request)
          look(response.headers.get('date'))
          return response
        } catch (error) {
          look((error as { response?: { headers: Headers } }).response?.headers.get('date') ?? undefined)
          throw error
        }
      },
    }),
  }
  return { policy, readSkewMs: () => skewMs }
}
