import type { Command } from 'commander'

/** Runs a command in this process; gives what it printed and its exit code. */
export async function runCommand(
  command: Command,
  args: string[],
): Promise<{ out: string; err: string; code: number }> {
  let out = ''
  let err = ''
  const doors = {
    writeOut: (text: string) => {
      out += text
    },
    writeErr: (text: string) => {
      err += text
    },
  }
  for (const one of [command, ...command.commands]) one.configureOutput(doors)
  try {
    await command.parseAsync(args, { from: 'user' })
    return { out, err, code: Number(process.exitCode ?? 0) }
  } finally {
    process.exitCode = undefined
  }
}
