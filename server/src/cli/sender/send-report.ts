import type { SendResult } from './send-input.ts'

/** One line for a person: what became of the input, and what to do if it was not sent whole. */
export function describeSendResult(result: SendResult, skippedTo: string | undefined): string {
  const { input, acknowledged, duplicates, refused, place, stop } = result
  if (result.wasFinished) return `${input}: was sent before. Give --again to send it anew.`
  const parts = [`${formatCount(acknowledged)} events acknowledged`]
  if (duplicates > 0) parts.push(`${formatCount(duplicates)} of them the server had already`)
  if (refused > 0) parts.push(`${formatCount(refused)} refused and kept in ${skippedTo}`)
  const counts = `${parts.join(', ')}.`
  if (stop === undefined) return `${input}: done. ${counts}`
  const isFile = input !== 'stdin'
  const next = isFile ? ' Give the same command again to go on.' : ''
  switch (stop.kind) {
    case 'interrupted':
      return `${input}: stopped behind line ${place.lines}. ${counts}${next}`
    case 'gave-up':
      return `${input}: gave up behind line ${place.lines}. ${stop.reason} ${counts}${next}`
    case 'refused':
      return (
        `${input}: line ${stop.lineNumber} was refused. ${stop.reason} ${counts}` +
        adviseAfterRefusal(stop.code, skippedTo, place.lines, input, isFile)
      )
  }
}

function adviseAfterRefusal(
  code: string | null,
  skippedTo: string | undefined,
  doneLines: number,
  input: string,
  isFile: boolean,
): string {
  if (code === 'SEQUENCE_TOO_FRAGMENTED') {
    const advice = isFile
      ? ` Send the rest as a new input: tail -n +${doneLines + 1} '${input}' | hansard send`
      : ''
    return ` Each refused event is a gap, and the server follows a limited number of them.${advice}`
  }
  if (code === 'KEY_MISSING' || code === 'KEY_INVALID') {
    return ' The events are not to blame: give a valid key with --key file:/path, then the same command again.'
  }
  return skippedTo === undefined && isFile
    ? ' Give --skip-refused FILE to leave such events out and go on.'
    : ''
}

/** The worst that happened decides. */
export function findExitCode(results: readonly SendResult[]): number {
  const stop = results.at(-1)?.stop
  if (stop?.kind === 'interrupted') return 130
  if (stop?.kind === 'gave-up') return 4
  return stop?.kind === 'refused' || results.some(({ refused }) => refused > 0) ? 3 : 0
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}
