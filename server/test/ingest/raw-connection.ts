import { connect, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** A connection on which a test sends bytes of its own making; one character is one byte. */
export async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return socket
}

/** All that comes until the other side closes. */
export async function readAll(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket) text += (chunk as Buffer).toString('latin1')
  return text
}

/**
 * Sends bytes and gives all that comes until the other side closes. With `halfClose` it says that no more will come.
 */
export async function exchange(
  port: number,
  bytes: string,
  { halfClose = false }: { halfClose?: boolean } = {},
): Promise<string> {
  const socket = await openSocket(port)
  if (halfClose) socket.end(Buffer.from(bytes, 'latin1'))
  else socket.write(Buffer.from(bytes, 'latin1'))
  return await readAll(socket)
}

/** Status and code of each answer, in their order. */
export function listAnswers(text: string): string[] {
  return Array.from(
    text.matchAll(/HTTP\/1\.1 (\d{3}) [\s\S]*?\r\n\r\n(\{[^\r\n]*\})?/g),
    ([, status, body]) => {
      const { code } = body === undefined ? {} : (JSON.parse(body) as { code?: string })
      return code === undefined ? status! : `${status} ${code}`
    },
  )
}

/** Lets the event loop turn until something holds; the runner ends a test in which it never does. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await nextTurn()
}
