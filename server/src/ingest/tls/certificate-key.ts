import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { ClientKey } from '../../config/tls-schema.ts'

/** Finds the name of the key that the client certificate of a request stands for; undefined if there is none. */
export type FindCertificateKey = (request: IncomingMessage) => string | undefined

/** Only certificates that the configured authorities vouch for count. Looked up once for each connection. */
export function openCertificateKeys(clientKeys: readonly ClientKey[]): FindCertificateKey {
  const known = new WeakMap<TLSSocket, string | null>()
  return ({ socket }) => {
    if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
    let key = known.get(socket)
    if (key === undefined) {
      key = findKey(socket, clientKeys) ?? null
      known.set(socket, key)
    }
    return key ?? undefined
  }
}

function findKey(socket: TLSSocket, clientKeys: readonly ClientKey[]): string | undefined {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return undefined
  const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
  // Node gives one name a line, escaped as in RFC 2253, in the order of the certificate, which RFC 2253 turns round.
  const subject = certificate.subject.split('\n').reverse().join(',')
  return clientKeys.find((one) => one.fingerprint === fingerprint || one.subject === subject)?.key
}
