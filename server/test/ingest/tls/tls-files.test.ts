import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { chmod, rm } from 'node:fs/promises'
import { it } from 'node:test'
import { makeCertificate } from '../../../../test/kit/make-certificate.ts'
import { readTlsFiles } from '../../../src/ingest/tls/tls-files.ts'
import { makeTlsFolder } from './tls-folder.ts'

const own = makeCertificate({ until: Date.UTC(2099, 0, 2) })

it('reads a pair that belongs together, and tells when the chain ends', async (t) => {
  const folder = await makeTlsFolder(t)
  await folder.write(own)
  assert.equal((await readTlsFiles(folder.config)).expiresAt, Date.UTC(2099, 0, 2))
  const between = makeCertificate({ until: Date.UTC(2098, 0, 2) })
  await folder.writeFile('cert', own.cert + between.cert)
  assert.equal((await readTlsFiles(folder.config)).expiresAt, Date.UTC(2098, 0, 2))
})

it('refuses what cannot be used, and says which file and why', async (t) => {
  const folder = await makeTlsFolder(t, { clientCertificates: 'required' })
  const { cert, key, ca } = folder.config
  const locked = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'a planted secret',
  })
  const cases: [reason: RegExp, file: string | undefined, spoil: () => Promise<unknown>][] = [
    [/has the mode 0640: others can reach the private key\. .*chmod 600/, key, () => chmod(key, 0o640)],
    [/has the mode 0604/, key, () => chmod(key, 0o604)],
    [/cannot be read \(ENOENT\)/, key, () => rm(key)],
    [/cannot be read \(ENOENT\)/, cert, () => rm(cert)],
    [
      /cannot be read \(EISDIR\)/,
      cert,
      () =>
        rm(cert)
          .then(() => import('node:fs/promises'))
          .then(({ mkdir }) => mkdir(cert)),
    ],
    [/does not belong to the certificate/, key, () => folder.writeFile('key', makeCertificate().key)],
    [/is locked with a passphrase/, key, () => folder.writeFile('key', locked.toString())],
    [/holds no private key/, key, () => folder.writeFile('key', own.cert)],
    [/holds no certificate/, cert, () => folder.writeFile('cert', own.key)],
    [/holds no certificate/, cert, () => folder.writeFile('cert', '')],
    [
      /number 2\) that cannot be read/,
      cert,
      () =>
        folder.writeFile('cert', `${own.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`),
    ],
    [/too large/, cert, () => folder.writeFile('cert', own.cert + ' '.repeat(1024 * 1024))],
    [/holds no certificate/, ca, () => folder.writeFile('ca', 'nothing')],
  ]
  for (const [reason, file, spoil] of cases) {
    await rm(cert, { recursive: true, force: true })
    await folder.write(own)
    await folder.writeFile('ca', own.cert)
    await readTlsFiles(folder.config)
    await spoil()
    await assert.rejects(readTlsFiles(folder.config), (error: { code: string; message: string }) => {
      assert.equal(error.code, 'TLS_FILE_UNUSABLE')
      assert.match(error.message, reason)
      assert.ok(error.message.startsWith(`The file ${file} `), error.message)
      assert.doesNotMatch(error.message, /planted|BEGIN/)
      return true
    })
  }
})
