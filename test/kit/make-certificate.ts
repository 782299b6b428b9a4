import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'

/** A certificate for tests, with its key. Nothing but tests trusts it. */
export interface TestCertificate {
  readonly cert: string
  readonly key: string
  /** SHA-256, as hex without colons. */
  readonly fingerprint: string
}

export interface CertificateWish {
  /** Common name; the only part of the subject but for `organization`. */
  readonly name?: string
  readonly organization?: string
  /** Who vouches for it; itself without one. */
  readonly issuer?: TestCertificate
  /** ms since 1970 */
  readonly from?: number
  readonly until?: number
}

const day = 86_400_000

/** Makes a certificate for 127.0.0.1, servers and clients. Written in DER by hand: Node reads certificates and makes none. */
export function makeCertificate(wish: CertificateWish = {}): TestCertificate {
  const { name = 'test of hansard', organization, issuer } = wish
  const { from = Date.now() - day, until = Date.now() + 365 * day } = wish
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = encodeName(name, organization)
  const signed = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(randomSerial()),
    sha256Ecdsa,
    issuer === undefined ? subject : readSubject(issuer),
    sequence(encodeTime(from), encodeTime(until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(forLoopback, ...(issuer === undefined ? [isAuthority] : []))),
  )
  const signingKey: KeyObject = issuer === undefined ? privateKey : createPrivateKey(issuer.key)
  const bytes = sequence(signed, sha256Ecdsa, bitString(sign('sha256', signed, signingKey)))
  const cert = `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`
  return {
    cert,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    fingerprint: new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase(),
  }
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts)
}

function integer(bytes: Uint8Array): Buffer {
  return der(0x02, bytes)
}

function bitString(bytes: Uint8Array): Buffer {
  return der(0x03, Buffer.from([0]), bytes)
}

function identifier(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

const sha256Ecdsa = sequence(identifier('2a8648ce3d040302'))
/** The name of the subject for clients: the address 127.0.0.1. */
const forLoopback = sequence(
  identifier('551d11'),
  der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1])))),
)
const isAuthority = sequence(
  identifier('551d13'),
  der(0x01, Buffer.from([0xff])),
  der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
)

function encodeName(name: string, organization: string | undefined): Buffer {
  const part = (kind: string, text: string): Buffer =>
    der(0x31, sequence(identifier(kind), der(0x0c, Buffer.from(text))))
  const parts = [part('550403', name)]
  if (organization !== undefined) parts.unshift(part('55040a', organization))
  return sequence(...parts)
}

function encodeTime(ms: number): Buffer {
  const text = `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`
  return der(0x18, Buffer.from(text))
}

/** Positive, whatever the dice say. */
function randomSerial(): Buffer {
  const serial = randomBytes(8)
  serial[0] = (serial[0]! & 0x7f) | 0x40
  return serial
}

/** The subject of a certificate as it stands in it. */
function readSubject(issuer: TestCertificate): Buffer {
  const { subject } = new X509Certificate(issuer.cert)
  const parts = new Map(subject.split('\n').map((line) => line.split('=') as [string, string]))
  return encodeName(parts.get('CN')!, parts.get('O'))
}
