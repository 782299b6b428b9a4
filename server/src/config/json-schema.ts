import { z } from 'zod'
import { configSchema } from './schema.ts'

/** The part of JSON Schema that the configuration uses. */
export interface JsonSchema {
  readonly $schema?: string
  readonly title?: string
  readonly description?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly writeOnly?: boolean
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema | false
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

/** JSON Schema (draft 2020-12) of the file, for editors. It describes what is written, before defaults. */
export function makeConfigJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' }) as JsonSchema
  return { ...schema, title: 'Configuration of Hansard' }
}

/** The schemas that may hold for the value at `path`: one, or several where the value has a choice. */
export function findSchemasAt(schema: JsonSchema, path: readonly PropertyKey[]): readonly JsonSchema[] {
  let found = listChoices(schema)
  for (const key of path) {
    found = found.flatMap((one) => {
      const next =
        typeof key === 'number'
          ? one.items
          : ((Object.hasOwn(one.properties ?? {}, key) ? one.properties?.[String(key)] : undefined) ??
            one.additionalProperties)
      return next === undefined || next === false ? [] : listChoices(next)
    })
  }
  return found
}

function listChoices(schema: JsonSchema): readonly JsonSchema[] {
  const choices = schema.anyOf ?? schema.oneOf
  return choices === undefined ? [schema] : choices.flatMap(listChoices)
}
