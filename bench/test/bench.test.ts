import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BenchReport } from '../src/bench-report.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

const names = ['single', 'batch', 'keys', 'recovery'] as const

const load = [
  'acceptedPerSecond',
  'deliveredPerSecond',
  'megabytesPerSecond',
  'ackP50Ms',
  'ackP99Ms',
  'serverCpuSecondsPerMillion',
  'loadCpuSecondsPerMillion',
  'peakRssMegabytes',
]
const expectedFigures = {
  single: load,
  batch: load,
  keys: load,
  recovery: ['readySecondsPerMillion'],
}

test('a small bench runs all scenarios, and every accepted event is in the files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hansard-bench-test-'))
  try {
    const json = join(folder, 'report.json')
    const args = ['--conditions=hansard-source', main, '--small', '--json', json, '--work', folder]
    // Those that need npm and nothing else.
    args.push('--only', names.join(','))
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const report = JSON.parse(await readFile(json, 'utf8')) as BenchReport
    assert.deepEqual(
      report.scenarios.map(({ name }) => name),
      names,
    )
    for (const { name, figures, counts, countsAgree, refusals } of report.scenarios) {
      assert.ok(countsAgree, `${name}: ${JSON.stringify(counts)}`)
      assert.ok(Object.values(counts).every((count) => count > 0))
      assert.deepEqual(refusals, {})
      const isLinux = process.platform === 'linux'
      for (const [figure, value] of Object.entries(figures)) {
        if (value === null ? isLinux : !Number.isFinite(value)) assert.fail(`${name}.${figure} is ${value}`)
      }
      assert.match(stdout, new RegExp(`^${name}: `, 'm'))
    }
    for (const name of names) {
      const { figures } = report.scenarios.find((scenario) => scenario.name === name)!
      for (const field of expectedFigures[name]) assert.ok(field in figures, `${name} has no ${field}`)
    }
    assert.ok(report.machine.cpus > 0)
  } finally {
    await rm(folder, { recursive: true })
  }
})
