import { HansardError } from 'hansard-protocol'

/** Says on stderr why a command could not do its work. */
export function reportFailure(error: unknown): void {
  process.exitCode = 1
  process.stderr.write(`hansard-agent: ${describe(error)}\n`)
}

function describe(error: unknown): string {
  if (!(error instanceof HansardError)) return error instanceof Error ? error.message : String(error)
  if (error.code === 'DATA_DIR_IN_USE') {
    return 'another agent uses the state folder. Stop it first, or give this one a "stateDir" of its own.'
  }
  return `${error.code}: ${error.message}`
}
