import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIPv6, type Socket } from 'node:net'

/** What is known of one connection beside what Node keeps. */
export interface Connection {
  /** Nothing that comes behind the newest request is taken any more. */
  isClosing: boolean
  /** The newest request. */
  last: IncomingMessage | undefined
  /** Requests whose answer has not left. */
  unanswered: number
}

/**
 * The open connections of a listener, counted by address. An IPv6 address counts with all of its /64: that is what one
 * sender is given.
 */
export class Connections {
  readonly #countMax: number
  readonly #countPerAddressMax: number
  readonly #isExempt: (address: string) => boolean
  readonly #bySocket = new WeakMap<Socket, Connection>()
  readonly #countByAddress = new Map<string, number>()
  #count = 0

  /** @param isExempt whether an address, as that of a trusted proxy, may have any number of connections */
  constructor(options: {
    countMax: number
    countPerAddressMax: number
    isExempt(address: string): boolean
  }) {
    this.#countMax = options.countMax
    this.#countPerAddressMax = options.countPerAddressMax
    this.#isExempt = options.isExempt
  }

  /** Counts a new connection until it closes; false if there are too many already. */
  admit(socket: Socket): boolean {
    const address = socket.remoteAddress ?? ''
    const group = groupAddress(address)
    const count = this.#countByAddress.get(group) ?? 0
    if (this.#count >= this.#countMax) return false
    if (count >= this.#countPerAddressMax && !this.#isExempt(address)) return false
    this.#count++
    this.#countByAddress.set(group, count + 1)
    socket.once('close', () => {
      this.#count--
      const left = this.#countByAddress.get(group)! - 1
      if (left > 0) this.#countByAddress.set(group, left)
      else this.#countByAddress.delete(group)
    })
    return true
  }

  /** The connection of a socket on which requests come: with TLS that is not the one that was admitted. */
  find(socket: Socket): Connection {
    let connection = this.#bySocket.get(socket)
    if (connection === undefined) {
      connection = { isClosing: false, last: undefined, unanswered: 0 }
      this.#bySocket.set(socket, connection)
    }
    return connection
  }

  /** Notes a request until its answer has left; behind the last answer of a closing connection the socket goes. */
  begin(connection: Connection, request: IncomingMessage, response: ServerResponse): void {
    connection.last = request
    connection.unanswered++
    response.once('close', () => {
      connection.unanswered--
      if (connection.isClosing && connection.unanswered === 0) request.socket.destroySoon()
    })
  }
}

/** The part of an address that one sender is given. */
export function groupAddress(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const behind = tail === undefined || tail === '' ? [] : tail.split(':')
  if (tail !== undefined) while (groups.length + behind.length < 8) groups.push('0')
  return `${[...groups, ...behind].slice(0, 4).join(':')}::/64`
}
