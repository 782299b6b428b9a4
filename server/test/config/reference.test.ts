import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { findSchemasAt, type JsonSchema, makeConfigJsonSchema } from '../../src/config/json-schema.ts'
import { makeConfigReference } from '../../src/config/reference.ts'

const page = new URL('../../../docs/reference/configuration.md', import.meta.url)

describe('the reference of the configuration', () => {
  it('is fresh; print it again with: npx hansard config reference > docs/reference/configuration.md', async () => {
    assert.equal((await readFile(page, 'utf8')).trimEnd(), makeConfigReference().trimEnd())
  })

  it('explains every setting', () => {
    const check = (schema: JsonSchema, path: string): void => {
      for (const [key, property] of Object.entries(schema.properties ?? {})) {
        assert.ok((property.description ?? '').length > 0, `${path}${key} has no description`)
        check(property, `${path}${key}.`)
      }
      for (const kind of findSchemasAt(schema, ['any'])) if (kind !== schema) check(kind, `${path}<name>.`)
    }
    check(makeConfigJsonSchema(), '')
  })

  it('goes with a JSON Schema of draft 2020-12 that describes what is written', () => {
    const schema = makeConfigJsonSchema()
    assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema')
    assert.equal(schema.additionalProperties, false)
    assert.equal(schema.properties?.idempotency?.properties?.window?.default, '24h')
    assert.deepEqual(schema.required, undefined)
  })
})
