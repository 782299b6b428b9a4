import { fork } from 'node:child_process'

/**
 * Runs a script of the bench in a process of its own, so that it does not share the event loop with the bench, and
 * gives its messages to `onMessage`. Resolves when the process has ended with code 0.
 * @param plan travels to it as JSON, in its first argument
 */
export function spawnWorker<Message>(
  script: URL,
  plan: object,
  onMessage: (message: Message) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(script, [JSON.stringify(plan)], { execArgv: ['--conditions=hansard-source'] })
    const killWithBench = (): void => void child.kill('SIGKILL')
    process.once('exit', killWithBench)
    child.on('message', (message) => onMessage(message as Message))
    child.on('error', reject)
    child.on('exit', (code) => {
      process.off('exit', killWithBench)
      if (code === 0) resolve()
      else reject(new Error(`${script.pathname} ended with code ${code} before it was done.`))
    })
  })
}
