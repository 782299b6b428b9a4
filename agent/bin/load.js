// Finds the code of the agent: the built one of the published package, or the sources of a checkout, which Node
// runs directly.
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'

const sources = new URL('../src/', import.meta.url)

/** Imports a module by its path below `src`, without extension. */
export function load(path) {
  if (!existsSync(sources)) return import(new URL(`../dist/${path}.js`, import.meta.url).href)
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: ['hansard-source', ...context.conditions] }),
  })
  return import(new URL(`${path}.ts`, sources).href)
}
