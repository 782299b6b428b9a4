import { HansardError } from 'hansard-protocol'

/** A file of the agent itself cannot be written. */
export function makeStateError(path: string, cause: unknown): HansardError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new HansardError(
    'LOCAL_FILE_UNUSABLE',
    `${path} cannot be written: ${reason}. Give the agent space and rights in its state folder.`,
    { cause, facts: { file: path } },
  )
}
