import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { DocumentedTarget, TargetOptions } from 'hansard-dispatcher'
import { HansardError } from 'hansard-protocol'
import { isCollection, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import type { z } from 'zod'
import { expandValues } from './expand-values.ts'
import { configSchema, type Settings } from './schema.ts'

/** The configuration with every default, and with absolute paths. */
export interface AgentConfig extends Omit<Settings, 'targets' | 'inputs'> {
  readonly targets: readonly (TargetOptions | DocumentedTarget)[]
  readonly inputs: readonly InputConfig[]
}

/** An input under the name that it has. */
export type InputConfig = Settings['inputs'][number] & { readonly name: string }

/**
 * Reads and checks a configuration file. Nothing unknown is passed over, and all faults are told at once.
 * @throws CONFIG_INVALID with a line for each fault: place, setting, and what to do
 */
export async function loadConfig(
  file: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<AgentConfig> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw refuse([`${file} cannot be read (${cause.code}). Check path and rights.`])
  })
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const locate = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`
  }
  if (document.errors.length > 0) {
    throw refuse(document.errors.map(({ pos, message }) => `${locate(pos[0])} ${message}`))
  }
  const folder = dirname(resolve(file))
  const expanded = expandValues(document.toJS() ?? {}, env)
  const parsed = configSchema.safeParse(expanded.value)
  const issues = parsed.success
    ? []
    : parsed.error.issues.flatMap((issue) => describeIssue(issue, expanded.value))
  const faults = expanded.faults.length > 0 ? expanded.faults : issues
  if (parsed.success) faults.push(...findTwins(parsed.data), ...findNameless(parsed.data))
  if (faults.length > 0 || !parsed.success) {
    throw refuse(
      faults.map(
        ({ path, text }) => `${locate(findOffset(document.contents, path))} ${formatPath(path)}: ${text}`,
      ),
    )
  }
  return makeConfig(parsed.data, folder)
}

export interface Fault {
  readonly path: readonly PropertyKey[]
  readonly text: string
}

function refuse(lines: readonly string[]): HansardError {
  return new HansardError('CONFIG_INVALID', lines.join('\n'))
}

function describeIssue(issue: z.core.$ZodIssue, tree: unknown): Fault[] {
  const { path } = issue
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], text: issue.message }))
  }
  // Of several shapes, the one that has these keys: what is wrong inside it says more than "must be one of".
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.find((issues) => issues.every((one) => one.path.length > 0))
    if (inner !== undefined) {
      return inner.flatMap((one) => describeIssue({ ...one, path: [...path, ...one.path] }, tree))
    }
  }
  const isMissing = readAt(tree, path) === undefined
  return [{ path, text: isMissing ? `is missing; it ${issue.message}` : issue.message }]
}

/** Inputs that would keep their places under the same name. */
function findTwins({ inputs }: Settings): Fault[] {
  const names = inputs.map(({ name, format }) => name ?? format)
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [
          {
            path: ['inputs', index],
            text: `another input has the name ${name}. Give each a "name" of its own.`,
          },
        ],
  )
}

function findNameless({ inputs, instance }: Settings): Fault[] {
  if (instance !== undefined) return []
  return inputs.flatMap(({ addInstance }, index) =>
    addInstance === undefined
      ? []
      : [{ path: ['inputs', index, 'addInstance'], text: 'needs the name of the node. Set "instance".' }],
  )
}

function makeConfig(settings: Settings, folder: string): AgentConfig {
  const { inputs, targets } = settings
  return {
    ...settings,
    instance: settings.instance,
    stateDir: resolve(folder, settings.stateDir),
    inputs: inputs.map((input) => ({
      ...input,
      name: input.name ?? input.format,
      paths: input.paths.map((path) => resolvePattern(folder, path)),
    })),
    targets: targets.map((target) => resolveTarget(target, folder)),
  }
}

function resolveTarget(
  target: Settings['targets'][number],
  folder: string,
): TargetOptions | DocumentedTarget {
  const secret = (text: string | undefined): string | undefined =>
    text?.startsWith('file:') === true ? `file:${resolve(folder, text.slice('file:'.length))}` : text
  if (target.type === 'file') return { ...target, path: resolve(folder, target.path) } as TargetOptions
  if (target.type === 'EVENT_SERVER') {
    const { authKey, ...rest } = target
    return { ...rest, ...(authKey === undefined ? {} : { authKey: secret(authKey) }) } as DocumentedTarget
  }
  const { tls } = target
  return {
    ...target,
    key: secret(target.key),
    tls: tls && { ...tls, ca: secret(tls.ca), cert: secret(tls.cert), key: secret(tls.key) },
  }
}

/** `resolve` would take the slashes of a pattern such as `logs/**` for folders, which is right, and keep its signs. */
function resolvePattern(folder: string, pattern: string): string {
  return pattern.startsWith('/') ? pattern : `${resolve(folder, dirname(pattern))}/${basename(pattern)}`
}

function readAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  let value = tree
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}

/** Where the setting stands in the text; of what is missing, the nearest thing above. */
function findOffset(contents: unknown, path: readonly PropertyKey[]): number {
  let node = contents as Node | null
  let offset = node?.range?.[0] ?? 0
  for (const step of path) {
    if (!isCollection(node)) break
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (pair === undefined) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
    } else {
      node = (node.items[Number(step)] as Node | undefined) ?? null
      offset = node?.range?.[0] ?? offset
    }
  }
  return offset
}

/** A path of keys as a reader writes it: `inputs[0].paths`. */
function formatPath(path: readonly PropertyKey[]): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else text += `${text === '' ? '' : '.'}${String(key)}`
  }
  return text === '' ? 'The configuration' : text
}
