import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BlobServiceClient } from '@azure/storage-blob'
import { findFreePort } from '../free-port.ts'
import type { AzureStore } from './store.ts'
import { withStoreHome } from './store-home.ts'
import { isAnswering, startStoreProcess } from './store-process.ts'

/** The account that every Azurite has. */
const account = 'devstoreaccount1'
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

export interface AzuriteTls {
  /** For 127.0.0.1, in PEM; this process must trust it. */
  readonly certificate: string
  readonly key: string
}

/**
 * Starts Azurite, Microsoft's emulator of Azure Blob. With TLS it also takes bearer tokens: it looks at their times,
 * issuer and audience, not at their signature.
 */
export function startAzurite(tls?: AzuriteTls): Promise<AzureStore> {
  return withStoreHome('azurite', async (home, remove) => {
    const port = await findFreePort()
    const scheme = tls === undefined ? 'http' : 'https'
    const endpoint = `${scheme}://127.0.0.1:${port}/${account}`
    const { down, up } = await startStoreProcess({
      command: process.execPath,
      args: [
        fileURLToPath(import.meta.resolve('azurite/dist/src/blob/main.js')),
        ...['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', join(home, 'data')],
        ...['--skipApiVersionCheck', '--loose', '--disableTelemetry', '--silent'],
        ...(tls === undefined ? [] : await makeTlsArgs(home, tls)),
      ],
      logFile: join(home, 'log'),
      // It writes its index every few seconds, and when it is asked to end.
      endSignal: 'SIGTERM',
      isUp: () => isAnswering(endpoint),
    })
    const connectionString = [
      `DefaultEndpointsProtocol=${scheme}`,
      `AccountName=${account}`,
      `AccountKey=${accountKey}`,
      `BlobEndpoint=${endpoint}`,
    ].join(';')
    return {
      ...{ endpoint, account, accountKey, connectionString, down, up },
      createBucket: async (name) => {
        await BlobServiceClient.fromConnectionString(connectionString).createContainer(name)
      },
      stop: () => down().then(remove),
    }
  })
}

async function makeTlsArgs(home: string, { certificate, key }: AzuriteTls): Promise<string[]> {
  const [certificateFile, keyFile] = [join(home, 'certificate.pem'), join(home, 'key.pem')]
  await writeFile(certificateFile, certificate)
  await writeFile(keyFile, key)
  return ['--cert', certificateFile, '--key', keyFile, '--oauth', 'basic']
}
