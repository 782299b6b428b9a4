import { duration, flag, storePath } from './scalars.ts'

/** Options that every kind of object store has. */
export const objectOptions = {
  prefix: storePath('a folder')
    .prefault('')
    .describe('Folder in front of every path, such as `audit/prod`. Slashes at its ends do not count.'),
  conditionalWrites: flag()
    .default(true)
    .describe(
      'Files are put with the condition that nothing stands under their name. `false` for a store that does not know such conditions: then Hansard looks first, and must be allowed to read. `hansard connections check` tells.',
    ),
  timeout: duration('1s', '1h')
    .prefault('30s')
    .describe('Longest wait for an answer; a file gets a second more for each 256 KiB.'),
} as const
