import { createHash, randomBytes } from 'node:crypto'
import { readdir, realpath, unlink } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HansardError } from 'hansard-protocol'

/**
 * Keeps two dispatchers out of one folder: they would give the same positions to different events.
 *
 * A lock is a socket that listens, since the kernel ends it with the process, however that dies, and since it can be
 * asked from other containers on the same volume. Each process listens at a name of its own first, and asks all
 * others then. Of two that come together the one that asks last meets the other; so never do both get in.
 */
export interface SpoolLock {
  release(): Promise<void>
}

const attemptsMax = 5
/** Longer socket paths are not possible everywhere. */
const pathBytesMax = 100

/** @throws DATA_DIR_IN_USE if another process has the folder */
export async function lockSpool(folder: string): Promise<SpoolLock> {
  const real = await realpath(folder)
  for (let attempt = 1; ; attempt++) {
    const lock = await tryLock(real)
    if (lock !== undefined) return lock
    if (attempt === attemptsMax) {
      throw new HansardError(
        'DATA_DIR_IN_USE',
        `Another dispatcher uses the spool folder ${folder}. Give each process a folder of its own.`,
        { facts: { folder } },
      )
    }
    // Two that started together may both have backed out: by chance one comes first now.
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60))
  }
}

async function tryLock(folder: string): Promise<SpoolLock | undefined> {
  const { home, prefix } = findHome(folder)
  const own = `${prefix}${randomBytes(6).toString('hex')}`
  const server = await listen(join(home, own))
  const release = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
  for (const name of await listSockets(home, prefix)) {
    if (name === own) continue
    if (await isAnswered(join(home, name))) {
      await release()
      return undefined
    }
    await unlink(join(home, name)).catch(() => {})
  }
  // Who came at the same instant may have found this socket before it listened, and removed its name.
  if (await isAnswered(join(home, own))) return { release }
  await release()
  return undefined
}

/** Where the sockets of a folder stand: in it, if their path is short enough. */
function findHome(folder: string): { home: string; prefix: string } {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return { home: '\\\\.\\pipe\\', prefix: `hansard-${hash}-` }
  const prefix = 'lock-'
  const isShort = Buffer.byteLength(join(folder, prefix)) + 12 <= pathBytesMax
  return isShort ? { home: folder, prefix } : { home: tmpdir(), prefix: `hansard-${hash}-` }
}

async function listSockets(home: string, prefix: string): Promise<string[]> {
  return (await readdir(home)).filter((name) => name.startsWith(prefix))
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    // A lock must not keep the process alive.
    server.unref()
    server.once('error', reject)
    server.listen(path, () => resolve(server))
  })
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
