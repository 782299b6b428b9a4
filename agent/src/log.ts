/** What the agent tells the one who runs it: a line of JSON for each thing that happened. */
export interface Log {
  info(text: string, facts?: LogFacts): void
  warn(text: string, facts?: LogFacts): void
  error(text: string, facts?: LogFacts): void
}

type LogFacts = Readonly<Record<string, unknown>>

/** @param write takes one line with its line feed */
export function openLog(write: (line: string) => void, readNow: () => number): Log {
  const tell =
    (level: string) =>
    (text: string, facts: LogFacts = {}): void =>
      write(`${JSON.stringify({ time: new Date(readNow()).toISOString(), level, text, ...facts })}\n`)
  return { info: tell('info'), warn: tell('warn'), error: tell('error') }
}
