import type { z } from 'zod'
import { formatPath } from './finding.ts'
import { findSchemasAt, type JsonSchema } from './json-schema.ts'
import { findNearestWord } from './nearest-word.ts'

/** A fault of the settings, before it is known where they stand. */
export interface SettingFault {
  readonly path: readonly PropertyKey[]
  /** Which half of `key: value` is wrong. */
  readonly part: 'key' | 'value'
  readonly text: string
}

type Issue = z.core.$ZodIssue

/** What the schema has to say about `tree`, in words for people; one fault for each wrong key or value. */
export function describeIssues(issues: readonly Issue[], tree: unknown, schema: JsonSchema): SettingFault[] {
  return issues.flatMap((issue) => describeIssue(issue, [], tree, schema))
}

function describeIssue(
  issue: Issue,
  above: readonly PropertyKey[],
  tree: unknown,
  schema: JsonSchema,
): SettingFault[] {
  const path = [...above, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      part: 'key',
      text: describeUnknownKey(key, path, tree, schema),
    }))
  }
  if (issue.code === 'invalid_key') {
    return [{ path, part: 'key', text: `${issue.issues[0]?.message ?? issue.message}.` }]
  }
  const value = readAt(tree, path)
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const inner = findMeantBranch(issue.errors)
    if (inner !== undefined) return inner.flatMap((one) => describeIssue(one, path, tree, schema))
  }
  if (value === undefined) {
    const words = listWords(findSchemasAt(schema, path, tree))
    const description = words === '' ? findSchemasAt(schema, path, tree)[0]?.description : `${words}.`
    return [{ path, part: 'value', text: `is missing. Add it: ${description ?? issue.message}` }]
  }
  return [{ path, part: 'value', text: describeValue(issue, path, tree, schema) }]
}

function describeValue(
  issue: Issue,
  path: readonly PropertyKey[],
  tree: unknown,
  schema: JsonSchema,
): string {
  if (issue.code === 'custom') return issue.message.endsWith('.') ? issue.message : `${issue.message}.`
  const schemas = findSchemasAt(schema, path, tree)
  const words = listWords(schemas)
  let fault = issue.message
  if (fault.startsWith('Invalid') && schemas.some((one) => one.properties !== undefined)) {
    fault = `must hold settings, such as ${Object.keys(schemas[0]?.properties ?? {})
      .slice(0, 3)
      .join(', ')}`
  } else if (fault.startsWith('Invalid') && words !== '') fault = `must be ${words}`
  const secret = schemas.some((one) => one.writeOnly === true)
  return `${fault}${secret ? '' : `, not ${show(readAt(tree, path))}`}.`
}

/** The words to choose from, where there are any. */
function listWords(schemas: readonly JsonSchema[]): string {
  const words = schemas.flatMap((one) => (one.const === undefined ? (one.enum ?? []) : [one.const]))
  return [...new Set(words)].join(' or ')
}

function describeUnknownKey(
  key: string,
  path: readonly PropertyKey[],
  tree: unknown,
  schema: JsonSchema,
): string {
  const known = [
    ...new Set(findSchemasAt(schema, path, tree).flatMap((one) => Object.keys(one.properties ?? {}))),
  ]
  const nearest = findNearestWord(key, known)
  const where = path.length === 0 ? 'here' : `in ${formatPath(path)}`
  if (nearest !== undefined) return `is not a known setting. Did you mean "${nearest}"?`
  return `is not a known setting. Remove it; known ${where}: ${known.join(', ')}.`
}

/** Of several shapes, the one that the writer had in mind: that which fails deepest, if it is but one. */
function findMeantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const depthOf = (issues: readonly Issue[]): number => {
    const depths = issues.map((issue) =>
      issue.code === 'unrecognized_keys' || issue.code === 'custom'
        ? issue.path.length + 1
        : issue.path.length,
    )
    return Math.max(0, ...depths)
  }
  const depths = branches.map(depthOf)
  const deepest = Math.max(...depths)
  return deepest === 0 ? undefined : branches[depths.indexOf(deepest)]
}

function readAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  let value = tree
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'a map of settings'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
