import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CommandHelp, listCommands, makeCommandReference, readCommandHelp } from './command-reference.ts'
import { listCode, pathOf, readPages } from './pages.ts'

const again = 'print it again with: npm test -- --test-update-snapshots server/test/docs'
const top = await readCommandHelp()
const commands = new Map(listCommands(top).map((command) => [command.name, command]))

describe('the commands in the documents', () => {
  it(`stand in a fresh reference; ${again}`, (context) => {
    const page = pathOf('docs/reference/commands.md')
    context.assert.fileSnapshot(makeCommandReference(top), page, { serializers: [String] })
  })

  it('exist, with the flags that are given', async () => {
    let seen = 0
    for (const { path, text } of await readPages()) {
      for (const code of listCode(text)) {
        const line = /^(?:\$ )?(?:npx )?(hansard(?: .*)?)$/.exec(code.trim())?.[1]
        // What the command says of itself when it fails.
        if (line === undefined || line.startsWith('hansard could not start')) continue
        seen++
        const command = findCommand(line)
        assert.ok(command !== undefined, `${path}: there is no command for: ${line}`)
        for (const flag of line.replace(/#.*$/, '').match(/(?<= )--?[a-z][a-z-]*/g) ?? []) {
          assert.ok(
            new RegExp(`(?<![\\w-])${flag}(?![\\w-])`).test(command.help),
            `${path}: ${command.name} has no flag ${flag}`,
          )
        }
      }
    }
    assert.ok(seen > 20, `only ${seen} commands were found: does this test still read the pages?`)
  })
})

/** The command that a line calls. Undefined if there is none, or only one that has to be told more. */
function findCommand(line: string): CommandHelp | undefined {
  let command = commands.get('hansard')!
  for (const word of line.split(/\s+/).slice(1)) {
    const child = commands.get(`${command.name} ${word}`)
    if (child === undefined) {
      // Behind the name of a group only the name of one of its commands may stand.
      return command.children.length > 0 && /^[a-z]+$/.test(word) ? undefined : command
    }
    command = child
  }
  return command
}
