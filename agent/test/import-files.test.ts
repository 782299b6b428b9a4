import assert from 'node:assert/strict'
import { it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { makeNumbers } from '../../dispatcher/test/sim-node.ts'
import { LogRig, makeLines } from './log-rig.ts'

it('an import takes whole files, compressed ones too, and a last line without line feed', async (t) => {
  const rig = await LogRig.open(t)
  await rig.append('old.2.gz', gzipSync(makeLines(0, 500)))
  await rig.append('old.1', `${makeLines(500, 600)}{"n":600}`)
  await rig.append('half', `${makeLines(601, 602)}{"n":6`)
  const results = await rig.importFiles('old.2.gz', 'old.1', 'half', 'missing')
  assert.deepEqual(
    results.map(({ outcome, events }) => [outcome, events]),
    [
      ['imported', 500],
      ['imported', 101],
      ['imported', 1],
      ['failed', 0],
    ],
  )
  assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 602))
})

it('an import after the same import takes nothing, whatever died in between', async (t) => {
  for (const how of ['kill', 'crash'] as const) {
    const rig = await LogRig.open(t)
    await rig.append('old.1', makeLines(0, 2000, 200))
    await rig.importFiles('old.1')
    if (how === 'crash') await rig.whileTimePasses(rig.agent.dispatcher.whenDurable())
    await rig.restart(how)
    await rig.compress('old.1')
    await rig.importFiles('old.1.gz')
    const [again] = await rig.importFiles('old.1.gz')
    assert.equal(again!.outcome, 'known')
    assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 2000))
  }
})

it('a log that is followed is not imported twice, and an imported one is not followed again', async (t) => {
  const rig = await LogRig.open(t)
  await rig.append('app.log.1', makeLines(0, 10))
  await rig.importFiles('app.log.1')
  await rig.append('app.log', makeLines(10, 20))
  await rig.look()
  await rig.copy('app.log', 'copy-of-app')
  const results = await rig.importFiles('app.log', 'copy-of-app.gz', 'app.log.1')
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['known', 'failed', 'known'],
  )
  assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 20))
})

it('what was there before the input began can be imported later', async (t) => {
  const rig = await LogRig.open(t, { input: { start: 'end' } })
  await rig.append('app.log.2.gz', gzipSync(makeLines(100, 200)))
  await rig.append('app.log.1', makeLines(200, 300))
  await rig.append('app.log', makeLines(300, 310))
  await rig.look()
  await rig.append('app.log', makeLines(0, 5))
  await rig.look()
  for (let turn = 0; turn < 2; turn++) {
    await rig.importFiles('app.log.2.gz', 'app.log.1', 'app.log')
    await rig.save()
    await rig.restart()
  }
  await rig.look()
  assert.deepEqual(await rig.readNumbers(), [...makeNumbers(0, 5), ...makeNumbers(100, 310)])
})
