import { setImmediate as nextTurn } from 'node:timers/promises'

const rowsPerTurn = 500

/** Prints a JSON array, one row a line. In pieces, with the event loop free between them: it may be very long. */
export async function* printRows(rows: Iterable<unknown>): AsyncGenerator<string> {
  let piece = '['
  let count = 0
  for (const row of rows) {
    piece += `${count === 0 ? '' : ','}\n${JSON.stringify(row)}`
    if (++count % rowsPerTurn > 0) continue
    yield piece
    piece = ''
    await nextTurn()
  }
  yield `${piece}${count === 0 ? '' : '\n'}]\n`
}
