import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

export type { Logger }

/** The server's own log on standard output: JSON lines, or readable lines on a terminal. */
export function openLog(level: string): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  if (!process.stdout.isTTY) return pino(options)
  return pino(
    options,
    pretty({ colorize: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', singleLine: true }),
  )
}
