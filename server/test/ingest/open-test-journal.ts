import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Journal, openNodeDisk, systemClock, systemRandom } from 'hansard-journal'

export interface TestJournal {
  readonly journal: Journal
  /** Folder of the test, removed when it is over; the journal lies in `journal` below it. */
  readonly folder: string
}

/** Opens a real journal in a new folder. */
export async function openTestJournal(
  scope: { after(cleanUp: () => Promise<void>): void },
  limits: { readonly segmentBytesMax?: number; readonly diskBytesMax?: number } = {},
): Promise<TestJournal> {
  const folder = await mkdtemp(join(tmpdir(), 'hansard-ingest-'))
  const journal = await Journal.open({
    ...{ segmentBytesMax: 1024 * 1024, diskBytesMax: 1024 * 1024 * 1024, freeBytesMin: 0, ...limits },
    ...{ disk: openNodeDisk(), clock: systemClock, random: systemRandom },
    folder: `${folder}/journal`,
  })
  scope.after(async () => {
    await journal.close()
    await rm(folder, { recursive: true, force: true })
  })
  return { journal, folder }
}
