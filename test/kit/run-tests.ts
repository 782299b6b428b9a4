import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * `npm test`: runs every test of the repository. Arguments are passed on to Node, so `npm test -- --test-only`
 * works; files, folders or patterns among them take the place of "every test".
 */
const root = new URL('../../', import.meta.url)
const { workspaces } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  workspaces: string[]
}
const given = process.argv.slice(2)
const flags = given.filter((argument) => !isPath(argument))
const paths = given
  .filter(isPath)
  .map((path) => (path.endsWith('.ts') ? path : `${path.replace(/\/$/, '')}/**/*.test.ts`))
// Not one pattern for all: that would walk through node_modules.
const everyTest = [...workspaces.map((workspace) => `${workspace}/test/**/*.test.ts`), 'test/**/*.test.ts']

const child = spawn(
  process.execPath,
  [
    '--conditions=hansard-source',
    `--import=${new URL('test/kit/property-seed.ts', root).href}`,
    '--test',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    // Prints what was skipped, and why.
    `--test-reporter=${new URL('test/kit/skip-reporter.ts', root).href}`,
    '--test-reporter-destination=stderr',
    ...flags,
    ...(paths.length > 0 ? paths : everyTest),
  ],
  { cwd: fileURLToPath(root), stdio: 'inherit' },
)
// The terminal sends Ctrl-C to both; the tests end first.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1
})

function isPath(argument: string): boolean {
  return !argument.startsWith('-') && (argument.endsWith('.ts') || existsSync(new URL(argument, root)))
}
