import { ByteBudget } from '../byte-budget.ts'
import type { Connection } from '../connection.ts'

/** Memory for files on their way to one connection. */
const bytesInFlightMax = 64 * 1024 * 1024
/** What one file takes of it: all its bytes, or a piece of it. No store asks for larger pieces. */
const bytesEachMax = 16 * 1024 * 1024

/** Lets only so many files be put at once as fit in the memory. Stands before the timeout: who waits here is not late. */
export function withBudget(connection: Connection): Connection {
  const budget = new ByteBudget(bytesInFlightMax)
  return {
    ...connection,
    put: (path, file, signal) =>
      budget.hold(Math.min(file.bytes, bytesEachMax), signal, () => connection.put(path, file, signal)),
  }
}
