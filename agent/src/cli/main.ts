import { Command } from 'commander'
import { version } from '../version.ts'
import { makeCheckCommand } from './check.ts'
import { makeImportCommand } from './import.ts'
import { makeRunCommand } from './run.ts'
import { makeStatusCommand } from './status.ts'

/** Runs the `hansard-agent` command. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  const program = new Command('hansard-agent')
    .description('Follows the audit logs of a node and forwards their events to an event server.')
    .version(version)
    .addCommand(makeRunCommand())
    .addCommand(makeImportCommand())
    .addCommand(makeCheckCommand())
    .addCommand(makeStatusCommand())
  useExitCodeForUsage(program)
  await program.parseAsync(args, { from: 'user' })
}

/** Commander ends with 1 on a wrong command line; here that is 2, as 1 means that the work failed. */
function useExitCodeForUsage(command: Command): void {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  for (const child of command.commands) useExitCodeForUsage(child)
}
