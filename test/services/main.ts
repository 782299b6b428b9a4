import { spawnTests } from '../kit/spawn-tests.ts'
import { azureStores, gcsStores, s3Stores } from '../kit/stores/every-store.ts'
import { installFailuresVariable } from '../kit/stores/needed-command.ts'
import { installCommands } from './install-commands.ts'

/**
 * `npm run test:services`: runs the tests that need real stores, and installs before what these stores need. The tests
 * of a store that could not be installed are skipped, with the reason. `--install-only` runs no tests; other
 * arguments are those of `npm test`.
 */
const given = process.argv.slice(2)
const commands = [...s3Stores, ...azureStores, ...gcsStores].flatMap(({ needs }) => needs)
const failures = await installCommands(commands)
if (!given.includes('--install-only')) {
  spawnTests(['test/services/**/*.test.ts'], given, { [installFailuresVariable]: JSON.stringify(failures) })
}
