import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findMutant, type Mutant, registerMutant } from './mutant.ts'

const mutant: Mutant = {
  name: 'pattern-matches-prefix',
  promiseBroken: 'a pattern matches the whole label',
  file: 'protocol/src/label-pattern.ts',
  find: 'if (pieces.length === 1) return pattern === label',
  replace: 'if (pieces.length === 1) return label.startsWith(pattern)',
}
const url = new URL(`../../${mutant.file}`, import.meta.url).href

describe('a planted fault', () => {
  it('changes what the file does, types and all, until it is taken back', async () => {
    const registered = registerMutant(mutant)
    assert.equal(registered.isLoaded, false)
    const faulty = await import(`${url}?faulty`)
    assert.equal(faulty.matchesPattern('a', 'ab'), true)
    assert.equal(registered.isLoaded, true)
    registered.deregister()
    const sound = await import(`${url}?sound`)
    assert.equal(sound.matchesPattern('a', 'ab'), false)
  })

  it('is refused when its text is not there, is there twice, or nothing would change', () => {
    for (const [change, reason] of [
      [{ find: 'no such text' }, /0 times/],
      [{ find: 'return' }, /not once/],
      [{ find: '' }, /not once/],
      [{ replace: mutant.find }, /changes nothing/],
    ] as const) {
      assert.throws(() => registerMutant({ ...mutant, ...change }), reason)
    }
    assert.throws(() => registerMutant({ ...mutant, file: 'protocol/src/missing.ts' }), /ENOENT/)
  })

  it('keeps a $ in its text as it is', async () => {
    const registered = registerMutant({ ...mutant, replace: "if (label === '$&$1') return true" })
    const faulty = await import(`${url}?dollar`)
    registered.deregister()
    assert.equal(faulty.matchesPattern('a*', '$&$1'), true)
  })

  it('is found by its name', () => {
    assert.equal(findMutant([mutant], mutant.name), mutant)
    assert.throws(() => findMutant([mutant], 'other'), /known are: pattern-matches-prefix/)
  })
})
