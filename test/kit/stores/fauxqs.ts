import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findFreePort } from '../free-port.ts'
import { createS3Bucket } from './create-s3-bucket.ts'
import type { S3Store } from './store.ts'
import { withStoreHome } from './store-home.ts'
import { isAnswering, startStoreProcess } from './store-process.ts'

const facts = { region: 'us-east-1', accessKeyId: 'access', secretAccessKey: 'secret' }

/** Starts fauxqs, an S3 server that npm has. It checks no signatures and knows no conditional writes. */
export function startFauxqs(): Promise<S3Store> {
  return withStoreHome('fauxqs', async (home, remove) => {
    const port = await findFreePort()
    const endpoint = `http://127.0.0.1:${port}`
    const { down, up } = await startStoreProcess({
      command: process.execPath,
      args: [fileURLToPath(new URL('fauxqs-process.ts', import.meta.url)), String(port), join(home, 'data')],
      logFile: join(home, 'log'),
      isUp: () => isAnswering(`${endpoint}/health`),
    })
    return {
      ...facts,
      endpoint,
      createBucket: (name) => createS3Bucket({ ...facts, endpoint }, name),
      down,
      up,
      stop: () => down().then(remove),
    }
  })
}
