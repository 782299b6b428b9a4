import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { mutants } from './mutants.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const seedsOfTests = { runs: 200, seed: 1 }
/** A mutant is found early or not at all; some need a rare accident. */
const runsForMutant = 1_000

interface Outcome {
  readonly code: number
  readonly output: string
}

/** In a process of its own: a planted fault must be there before the first module is loaded. */
async function runSimulation(...args: string[]): Promise<Outcome> {
  const command = ['--conditions=hansard-source', main, ...args]
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command)
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string }
    return { code: failed.code, output: failed.stdout + failed.stderr }
  }
}

describe('simulation', { concurrency: 2 }, () => {
  it(`keeps every promise with ${seedsOfTests.runs} seeds of accidents`, async () => {
    const { runs, seed } = seedsOfTests
    const { code, output } = await runSimulation('--runs', `${runs}`, '--seed', `${seed}`)
    assert.equal(code, 0, output)
    assert.match(output, /200 runs from seed 1 kept every promise/)
  })

  it('plants at least ten classic faults', () => {
    assert.ok(mutants.length >= 10)
  })

  for (const { name, promiseBroken } of mutants) {
    it(`finds the fault ${name} (${promiseBroken})`, async () => {
      const { code, output } = await runSimulation(
        '--runs',
        `${runsForMutant}`,
        '--seed',
        '1',
        '--mutant',
        name,
      )
      assert.equal(code, 1, output)
      // Broken by what the run found, with its seed; not by a mutant that could not be planted.
      assert.match(output, /seed \d+ broke a promise/)
    })
  }
})
