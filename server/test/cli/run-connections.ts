import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Ending {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `hansard connections` in a process of its own. */
export function runConnections(args: readonly string[]): Promise<Ending> {
  const command = fileURLToPath(new URL('../../bin/hansard.js', import.meta.url))
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--conditions=hansard-source', command, 'connections', ...args],
      { env: { PATH: process.env.PATH, NO_COLOR: '1' } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })
}
