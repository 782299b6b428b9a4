import { openNodeDisk, systemRandom } from 'hansard-journal'
import { createKey } from '../../src/auth/change-keys.ts'
import { openKeyFolder } from '../../src/auth/key-folder.ts'
import { anything } from './make-keys.ts'

/** A process that makes some keys, one after the other: `<folder> <prefix> <count>`. */
const [path = '', prefix = '', count = '0'] = process.argv.slice(2)
const folder = openKeyFolder(path, openNodeDisk(), systemRandom)
for (let index = 0; index < Number(count); index++) {
  await folder.change(({ records }) =>
    createKey(records, `${prefix}-${index}`, anything, { random: systemRandom, now: Date.now() }),
  )
}
