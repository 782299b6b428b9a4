import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** Writes a configuration into a folder of its own, removed after the test; gives the path of the file. */
export async function writeConfig(test: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hansard-config-'))
  test.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'hansard.yaml')
  await writeFile(file, text)
  return file
}
