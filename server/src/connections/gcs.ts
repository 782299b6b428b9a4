import type { GcsOptions } from '../config/gcs-kind.ts'
import { openGcsClient, readJson, readText } from './gcs-client.ts'
import { GcsFailure, makeAnswerFailure, translateGcsError } from './gcs-failure.ts'
import { makeGcsUploads } from './gcs-upload.ts'
import type { ObjectStore } from './object-store.ts'

interface Page {
  readonly items?: readonly { readonly name: string; readonly size: string }[]
  readonly nextPageToken?: string
}

const missing = 404

/**
 * Google Cloud Storage, with the credentials of this moment.
 *
 * @param pieceBytes a multiple of 256 KiB
 * @throws CONNECTION_DENIED, SECRET_UNREADABLE
 */
export async function openGcsStore(
  options: GcsOptions,
  pieceBytes: number = 8 * 1024 * 1024,
): Promise<ObjectStore> {
  const client = await openGcsClient(options)
  const { ask, objectsUrl } = client
  const locate = (key: string): string => `${objectsUrl}/${encodeURIComponent(key)}`

  return {
    pieceBytes,
    piecesMax: Number.MAX_SAFE_INTEGER,
    ...makeGcsUploads(client, options),

    async read(key, signal) {
      const answer = await ask({
        method: 'GET',
        url: locate(key),
        params: { alt: 'media' },
        // As it is stored, so that its length is what the header says.
        headers: { 'Accept-Encoding': 'identity' },
        accept: missing,
        signal,
      })
      if (answer.status === missing) {
        checkBucket(await readText(answer))
        return undefined
      }
      const length = answer.headers.get('content-length')
      if (length !== null) return { bytes: Number(length), chunks: answer.data }
      answer.data.destroy()
      throw new GcsFailure('the store tells no length', { asked: 'store', status: answer.status })
    },

    async *list(prefix, signal) {
      let pageToken: string | undefined
      do {
        const params = {
          ...{ prefix, fields: 'nextPageToken,items(name,size)' },
          ...(pageToken === undefined ? {} : { pageToken }),
        }
        const page = await readJson<Page>(await ask({ method: 'GET', url: objectsUrl, params, signal }))
        for (const { name, size } of page.items ?? []) yield { path: name, bytes: Number(size) }
        pageToken = page.nextPageToken
      } while (pageToken !== undefined)
    },

    async remove(key, signal) {
      const answer = await ask({ method: 'DELETE', url: locate(key), accept: missing, signal })
      const said = await readText(answer)
      if (answer.status === missing) checkBucket(said)
    },

    get clockSkewMs() {
      return client.clockSkewMs
    },

    translate: translateGcsError,

    format: (key) => `gs://${options.bucket}/${key}`,
  }
}

/** The same status tells of a missing object and of a missing bucket; only the text tells them apart. */
function checkBucket(said: string): void {
  if (/bucket does not exist/i.test(said)) throw makeAnswerFailure('store', missing, said)
}
