import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { openNetworkList } from '../config/network.ts'

/** Finds the address of the node that sent a request. */
export interface OriginFinder {
  find(request: IncomingMessage): string
  /** Whether the peer at this address is a trusted proxy. */
  isProxy(peer: string): boolean
}

/**
 * The socket's peer; behind trusted proxies the nearest address in `Forwarded` or `X-Forwarded-For` that is not
 * one of them. What an untrusted peer writes into these headers is never believed.
 * @param trustedProxies addresses and CIDR ranges, already checked by the configuration
 */
export function openOriginFinder(trustedProxies: readonly string[]): OriginFinder {
  const trusted = openNetworkList(trustedProxies)
  return {
    find(request) {
      const peer = unmapAddress(request.socket.remoteAddress ?? '')
      if (trustedProxies.length === 0 || !trusted.has(peer)) return peer
      for (const hop of readHops(request).reverse()) {
        if (isIP(hop) === 0) return peer
        if (!trusted.has(hop)) return hop
      }
      return peer
    },
    isProxy: (peer) => trusted.has(unmapAddress(peer)),
  }
}

function readHops(request: IncomingMessage): string[] {
  const forwarded = request.headers.forwarded
  if (forwarded !== undefined) {
    return forwarded.split(',').map((hop) => {
      const match = /(?:^|;)\s*for="?([^";,]+)"?/i.exec(hop)
      return stripPort(match?.[1] ?? '')
    })
  }
  const list = request.headers['x-forwarded-for']
  return typeof list === 'string' ? list.split(',').map(stripPort) : []
}

function stripPort(text: string): string {
  const hop = text.trim()
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)
  if (bracketed !== null) return bracketed[1]!
  return unmapAddress(/^\d+\.\d+\.\d+\.\d+:\d+$/.test(hop) ? hop.slice(0, hop.indexOf(':')) : hop)
}

/** `::ffff:10.0.0.7` is how a dual-stack socket spells `10.0.0.7`. */
function unmapAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
