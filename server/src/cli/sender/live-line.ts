/** One line on stderr that tells how work goes on; stdout stays free for the result. */
export interface LiveLine {
  close(): void
}

const terminalEveryMs = 500
const plainEveryMs = 5_000

/**
 * Shows `makeText()` again and again: in place on a terminal, as a new line every few seconds elsewhere.
 * @param makeText asked once for each line
 */
export function openLiveLine(makeText: () => string, stream: NodeJS.WriteStream = process.stderr): LiveLine {
  const isTerminal = stream.isTTY === true
  const show = (): void => {
    if (!isTerminal) return void stream.write(`${makeText()}\n`)
    // Cut to the width: a line that wraps cannot be cleared.
    stream.write(`\r\x1b[2K${makeText().slice(0, (stream.columns || 80) - 1)}`)
  }
  const timer = setInterval(show, isTerminal ? terminalEveryMs : plainEveryMs)
  return {
    close: () => {
      clearInterval(timer)
      if (isTerminal) stream.write('\r\x1b[2K')
    },
  }
}
