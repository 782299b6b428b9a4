import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

export interface Outcome {
  readonly code: number
  readonly output: string
}

/** In a process of its own: a planted fault must be there before the first module is loaded. */
export async function runSimulation(...args: string[]): Promise<Outcome> {
  const command = ['--conditions=hansard-source', main, ...args]
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command)
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string }
    return { code: failed.code, output: failed.stdout + failed.stderr }
  }
}
