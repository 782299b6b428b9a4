import { execFile, spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { TestScope } from '../kit/server-process.ts'

const run = promisify(execFile)
const insideName = 'HANSARD_TEST_NAMESPACE'

/** Mounts a file system in memory on the folder, until the end of the test. */
export async function mountSmallDisk(scope: TestScope, folder: string, size: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'hansard-test', folder])
  scope.after(async () => {
    await run('umount', [folder]).catch(() => run('umount', ['-l', folder]))
  })
}

/**
 * Says how a test file may mount: `here`; `inside` a user and mount namespace, in which `runInside` runs the file
 * again; or not at all, and why.
 */
export async function findMountWay(): Promise<'here' | 'inside' | { readonly reason: string }> {
  const probe =
    'd=$(mktemp -d) && mount -t tmpfs -o size=1m probe "$d" && umount "$d"; s=$?; rmdir "$d"; exit $s'
  const first = await run('sh', ['-c', probe]).catch((error: Error) => error)
  if (!(first instanceof Error)) return 'here'
  if (process.env[insideName] !== undefined) return { reason: first.message }
  const second = await run('unshare', ['-rm', 'sh', '-c', probe]).catch((error: Error) => error)
  return second instanceof Error ? { reason: `no small disk can be mounted: ${second.message}` } : 'inside'
}

/** Runs a test file in a namespace of its own; rejects with what it printed if a test fails. */
export async function runInside(file: string): Promise<void> {
  const child = spawn('unshare', ['-rm', process.execPath, '--conditions=hansard-source', file], {
    env: { ...process.env, [insideName]: '1', NODE_TEST_CONTEXT: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) throw new Error(`the tests in the namespace failed:\n${printed}`)
}
