import { BlockList, isIP } from 'node:net'

/** Addresses and ranges such as `10.0.0.0/8`. */
export interface NetworkList {
  /** @param address an IP address as text; anything else is in no network */
  has(address: string): boolean
}

export function isNetwork(text: string): boolean {
  const [address, bits, ...rest] = text.split('/')
  const version = isIP(address!)
  if (version === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

/** @param networks each one passes `isNetwork` */
export function openNetworkList(networks: readonly string[]): NetworkList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    if (bits === undefined) list.addAddress(address, nameFamily(address))
    else list.addSubnet(address, Number(bits), nameFamily(address))
  }
  return { has: (address) => isIP(address) !== 0 && list.check(address, nameFamily(address)) }
}

/** True if only programs on this machine reach a listener on this host. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (bare === 'localhost' || bare === '::1') return true
  return isIP(bare) === 4 && bare.startsWith('127.')
}

/** True if other machines reach the listener; a proxy on this one lets them in. */
export function isReachable(listen: {
  readonly host: string
  readonly trustedProxies: readonly string[]
}): boolean {
  return !isLoopback(listen.host) || listen.trustedProxies.length > 0
}

function nameFamily(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
