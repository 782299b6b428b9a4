import { findLabelFault, HansardError } from 'hansard-protocol'
import { parseDocumentedTarget } from './documented-target.ts'
import type { DispatcherOptions, EventServerOptions, FileOptions, TargetOptions } from './options.ts'

/** Options of a target under the name that it has. */
export type NamedTarget = TargetOptions & { readonly name: string }

/**
 * Checks what types cannot say, and gives each target its name.
 * @throws CONFIG_INVALID
 */
export function checkOptions(options: DispatcherOptions): NamedTarget[] {
  if (typeof options.spoolDir !== 'string' || options.spoolDir === '') {
    throw refuse('"spoolDir" must be the path of a folder.')
  }
  const targets = options.targets.map((target, index) =>
    target.type === 'EVENT_SERVER' ? parseDocumentedTarget(target, `Target ${index}`) : target,
  )
  const named = targets.map((target) => nameTarget(target, targets))
  for (const [index, target] of named.entries()) {
    const same = named.findIndex(({ name }) => name.toLowerCase() === target.name.toLowerCase())
    if (same !== index) throw refuse(`Two targets have the name ${JSON.stringify(target.name)}.`)
    if (target.type === 'event-server') checkEventServer(target, target.name, options.instance)
    else checkFile(target, target.name)
  }
  return named
}

function nameTarget(target: TargetOptions, all: readonly TargetOptions[]): NamedTarget {
  if (target.type !== 'event-server' && target.type !== 'file') {
    const type = JSON.stringify((target as { type: unknown }).type)
    throw refuse(`A target has the type ${type}; known are "event-server", "file" and "EVENT_SERVER".`)
  }
  const { name = target.type } = target
  if (target.name === undefined && all.filter(({ type }) => type === target.type).length > 1) {
    throw refuse(`There are several targets of the type ${JSON.stringify(target.type)}: give each a "name".`)
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw refuse(`The name ${JSON.stringify(name)} of a target must be letters, digits and .-_, at most 64.`)
  }
  return { ...target, name }
}

function checkEventServer(target: EventServerOptions, name: string, instance: string | undefined): void {
  const urls = typeof target.url === 'string' ? [target.url] : target.url
  if (urls.length === 0) throw refuse(`Target ${name}: "url" is empty.`)
  for (const url of urls) {
    if (!URL.canParse(url) || !['http:', 'https:'].includes(new URL(url).protocol)) {
      throw refuse(`Target ${name}: ${JSON.stringify(url)} is no URL such as "https://audit-host:9999".`)
    }
    const { username, password, search, hash } = new URL(url)
    if (username + password + search + hash !== '') {
      throw refuse(`Target ${name}: a URL must not hold a user, a password, a "?" or a "#". Give a "key".`)
    }
  }
  if (new Set(urls).size < urls.length) throw refuse(`Target ${name}: a URL stands twice in "url".`)
  const { routingKeyMode = 'fromMessage', instanceField } = target
  if (typeof routingKeyMode === 'object') {
    const fault = findLabelFault(routingKeyMode.fixed)
    if (fault !== undefined) throw refuse(`Target ${name}: the fixed routing key ${fault}.`)
  }
  if (routingKeyMode === 'instance' || instanceField !== undefined) {
    const fault = instance === undefined ? 'is not given' : findLabelFault(instance)
    if (fault !== undefined) throw refuse(`Target ${name} needs the name of the node; "instance" ${fault}.`)
  }
  const { spool = {}, batch = {} } = target
  checkNumbers(name, {
    'spool.bytesMax': spool.bytesMax,
    'spool.memoryBytesMax': spool.memoryBytesMax,
    'batch.bytesMax': batch.bytesMax,
    'batch.eventsMax': batch.eventsMax,
    connectTimeoutMs: target.connectTimeoutMs,
    answerTimeoutMs: target.answerTimeoutMs,
    failoverAfter: target.failoverAfter,
  })
}

function checkFile(target: FileOptions, name: string): void {
  if (typeof target.path !== 'string' || target.path === '')
    throw refuse(`Target ${name}: "path" is missing.`)
  checkNumbers(name, { fileBytesMax: target.fileBytesMax, memoryBytesMax: target.memoryBytesMax })
  const { filesKept = 0 } = target
  if (!Number.isSafeInteger(filesKept) || filesKept < 0) {
    throw refuse(`Target ${name}: "filesKept" must be a whole number from 0 on.`)
  }
}

function checkNumbers(name: string, numbers: Readonly<Record<string, number | undefined>>): void {
  for (const [option, value] of Object.entries(numbers)) {
    if (value !== undefined && !(value >= 1)) throw refuse(`Target ${name}: "${option}" must be 1 or more.`)
  }
}

function refuse(detail: string): HansardError {
  return new HansardError('CONFIG_INVALID', detail)
}
