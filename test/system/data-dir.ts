import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestScope } from '../kit/server-process.ts'

/** A path for the data of a server, in a new folder that is removed at the end of the test. */
export async function makeDataDir(scope: TestScope): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'hansard-system-'))
  scope.after(() => rm(home, { recursive: true, force: true }))
  return join(home, 'data')
}
