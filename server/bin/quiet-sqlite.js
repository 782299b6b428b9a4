// Node 22 calls its SQLite experimental. Hansard uses it for the lock of the data directory alone; a warning at
// every command would only frighten.
const emitWarning = process.emitWarning.bind(process)

process.emitWarning = (warning, ...rest) => {
  if (!String(warning).startsWith('SQLite is an experimental feature')) emitWarning(warning, ...rest)
}
