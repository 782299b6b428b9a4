import type { TestScope } from '../kit/server-process.ts'

/** Cleans up in the opposite order: a server ends before the folder goes on which it works. */
export function lastFirst(scope: TestScope): TestScope {
  const cleanUps: (() => Promise<void>)[] = []
  scope.after(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp()
  })
  return { after: (cleanUp) => void cleanUps.push(cleanUp) }
}
