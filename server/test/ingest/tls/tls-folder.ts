import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestCertificate } from '../../../../test/kit/make-certificate.ts'
import type { TlsConfig } from '../../../src/config/tls-schema.ts'

/** A folder with the files of TLS, which a test may change. */
export interface TlsFolder {
  readonly config: TlsConfig
  write(certificate: Pick<TestCertificate, 'cert' | 'key'>): Promise<void>
  writeFile(name: 'cert' | 'key' | 'ca', text: string): Promise<void>
}

export async function makeTlsFolder(
  scope: { after(cleanUp: () => Promise<void>): void },
  change: Partial<TlsConfig> = {},
): Promise<TlsFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'hansard-tls-'))
  scope.after(() => rm(folder, { recursive: true }))
  const pathOf = (name: string): string => join(folder, `${name}.pem`)
  const put = async (name: string, text: string): Promise<void> => {
    await writeFile(pathOf(name), text, { mode: 0o600 })
    await chmod(pathOf(name), 0o600)
  }
  return {
    config: {
      cert: pathOf('cert'),
      key: pathOf('key'),
      ca: change.clientCertificates === undefined ? undefined : pathOf('ca'),
      clientCertificates: 'off',
      minVersion: 'TLSv1.2',
      clientKeys: [],
      ...change,
    },
    async write({ cert, key }) {
      await put('key', key)
      await put('cert', cert)
    },
    writeFile: put,
  }
}
