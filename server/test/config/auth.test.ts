import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkConfig } from '../../src/config/check-config.ts'
import type { Config } from '../../src/config/config.ts'
import { isReachable } from '../../src/config/network.ts'
import { makeSummary } from '../../src/config/summary.ts'
import { writeConfig } from './write-config.ts'

const base = `
connections: { local: { type: filesystem, root: events } }
destinations:
  all: { connection: local, path: /all }
  churn: { connection: local, path: /churn, requiredKey: churn }
`

describe('auth', () => {
  const cases: [listen: string, auth: string, required: boolean][] = [
    ['{}', '{}', false],
    ['{ host: "::1" }', '{}', false],
    ['{ host: localhost }', '{ required: true }', true],
    ['{ trustedProxies: [127.0.0.1] }', '{}', true],
    ['{ trustedProxies: [127.0.0.1] }', '{ required: false }', false],
    ['{ host: 0.0.0.0, allowInsecure: true }', '{}', true],
    ['{ host: 0.0.0.0, allowInsecure: true }', '{ required: false }', false],
  ]
  for (const [listen, auth, required] of cases) {
    it(`${required ? 'needs' : 'does not need'} keys with listen ${listen} and auth ${auth}`, async (t) => {
      const { config } = await checkConfig({
        file: await writeConfig(t, `${base}listen: ${listen}\nauth: ${auth}\n`),
      })
      assert.equal(config?.auth.required, required)
      const isOpen = makeSummary(config).warnings.some((warning) =>
        warning.includes('auth.required is false'),
      )
      assert.equal(isOpen, !required && isReachable((config as Config).listen))
    })
  }

  it('warns of a required key with which nobody can send, where keys are known', async (t) => {
    const { config } = await checkConfig({ file: await writeConfig(t, base) })
    assert.equal(config?.destinations.find(({ name }) => name === 'churn')?.requiredKey, 'churn')
    assert.ok(!('requiredKey' in config.destinations.find(({ name }) => name === 'all')!))
    const warnings = (isUsable?: (name: string) => boolean): string[] =>
      makeSummary(config, isUsable).warnings.filter((warning) => warning.includes('"churn"'))
    assert.deepEqual([warnings().length, warnings(() => true).length], [0, 0])
    assert.match(warnings((name) => name !== 'churn').join(), /hansard keys create churn/)
  })

  it('refuses a required key that no key can have as its name', async (t) => {
    const text = base.replace('requiredKey: churn', 'requiredKey: "../churn"')
    const { findings } = await checkConfig({ file: await writeConfig(t, text) })
    assert.match(
      findings.map(({ path, text }) => `${path} ${text}`).join(),
      /requiredKey must be the name of a key/,
    )
  })
})
