import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { makeNumbers } from '../../../dispatcher/test/sim-node.ts'
import { nextTurn } from '../../../test/kit/turns.ts'
import { LogRig, makeLine, makeLines } from '../log-rig.ts'

/** Long enough that three lines make a full head. */
const padding = 400

describe('a log is read once and in its order', () => {
  it('while it grows, line by line', async (t) => {
    const rig = await LogRig.open(t)
    for (let n = 0; n < 10; n++) {
      await rig.append('app.log', makeLine(n))
      await rig.look()
    }
    assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 10))
  })

  it('when it is renamed, and another one begins', async (t) => {
    const rig = await LogRig.open(t)
    await rig.append('app.log', makeLines(0, 10, padding))
    await rig.look()
    await rig.append('app.log', makeLines(10, 15))
    await rig.rename('app.log', 'app.log.1')
    await rig.append('app.log', makeLines(15, 20))
    await rig.look()
    await rig.append('app.log.1', '')
    await rig.rename('app.log.1', 'app.log.2')
    await rig.rename('app.log', 'app.log.1')
    await rig.append('app.log', makeLines(20, 25))
    await rig.look()
    assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 25))
  })

  it('when it is renamed to what does not match', async (t) => {
    const rig = await LogRig.open(t)
    await rig.die()
    const narrow = await LogRig.open(t, { input: { paths: [`${rig.folder}/app.log`] } })
    await rig.append('app.log', makeLines(0, 10))
    await narrow.look()
    await narrow.save()
    await narrow.die()
    await rig.append('app.log', makeLines(10, 15))
    await rig.rename('app.log', 'app.log.1')
    await rig.append('app.log', makeLines(15, 20))
    await narrow.start()
    await narrow.look()
    assert.deepEqual(await narrow.readNumbers(), makeNumbers(0, 20))
  })

  for (const [size, bytes] of [
    ['long', padding],
    ['short', 0],
  ] as const) {
    it(`when it is copied and cut off, ${size}`, async (t) => {
      const rig = await LogRig.open(t)
      await rig.append('app.log', makeLines(0, 5, bytes))
      await rig.look()
      await rig.append('app.log', makeLines(5, 8))
      await rig.copy('app.log', 'app.log.1')
      await rig.cutOff('app.log')
      await rig.append('app.log', makeLines(8, 10))
      await rig.look()
      assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 10))
    })

    it(`when the copy is seen before the cut, ${size}`, async (t) => {
      const rig = await LogRig.open(t)
      await rig.append('app.log', makeLines(0, 5, bytes))
      await rig.look()
      await rig.append('app.log', makeLines(5, 8))
      await rig.copy('app.log', 'app.log.1')
      await rig.look()
      await rig.cutOff('app.log')
      await rig.look()
      await rig.append('app.log', makeLines(8, 10))
      await rig.look()
      assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 10))
    })

    it(`when it is cut off and longer than before at the next look, ${size}`, async (t) => {
      const rig = await LogRig.open(t)
      await rig.append('app.log', makeLines(0, 3, bytes))
      await rig.look()
      await rig.cutOff('app.log')
      await rig.append('app.log', makeLines(3, 20, padding))
      await rig.look()
      assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 20))
    })

    it(`when it is compressed before it was read to its end, ${size}`, async (t) => {
      const rig = await LogRig.open(t)
      await rig.append('app.log', makeLines(0, 5, bytes))
      await rig.look()
      await rig.save()
      await rig.die()
      await rig.append('app.log', makeLines(5, 10))
      await rig.rename('app.log', 'app.log.1')
      await rig.compress('app.log.1')
      await rig.append('app.log', makeLines(10, 12))
      await rig.start()
      await rig.look()
      assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 12))
    })
  }

  it('when a copy is not whole yet', async (t) => {
    const rig = await LogRig.open(t)
    const text = makeLines(0, 20, padding)
    await rig.append('app.log', text)
    await rig.look()
    await rig.append('app.log.1', text.slice(0, 3000))
    await rig.look()
    await rig.append('app.log.1', text.slice(3000))
    await rig.cutOff('app.log')
    await rig.look()
    assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 20))
  })

  it('when it is found compressed, also before it is whole', async (t) => {
    const rig = await LogRig.open(t)
    const packed = gzipSync(makeLines(0, 2000, 10))
    await rig.append('app.log.1.gz', packed.subarray(0, packed.length / 2))
    await rig.look()
    await rig.look()
    await rig.append('app.log.1.gz', packed.subarray(packed.length / 2))
    await rig.look()
    assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 2000))
    assert.equal(rig.told.filter(({ level }) => level === 'warn').length, 1)
  })

  it('when its inode is used again', async (t) => {
    const rig = await LogRig.open(t)
    await rig.append('app.log', makeLines(0, 5))
    await rig.look()
    await rig.save()
    await rig.die()
    await rig.remove('app.log')
    // Most file systems give the inode of the removed file to the next one.
    await rig.append('app.log', makeLines(5, 20))
    await rig.start()
    await rig.look()
    assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 20))
  })

  it('to its end when it is removed while lines were still written', async (t) => {
    const rig = await LogRig.open(t)
    await rig.append('app.log', makeLines(0, 3))
    await rig.look()
    await rig.append('app.log', `${makeLines(3, 5)}{"n":5}`)
    await rig.remove('app.log')
    await rig.look()
    await rig.look()
    assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 6))
  })

  it('from its end on, when so asked, and later ones from the beginning', async (t) => {
    const rig = await LogRig.open(t, { input: { start: 'end' } })
    await rig.append('app.log.2.gz', gzipSync(makeLines(1000, 1010)))
    await rig.append('app.log.1', makeLines(1010, 1020))
    await rig.append('app.log', `${makeLines(1020, 1030)}{"n"`)
    await rig.look()
    await rig.append('app.log', ':0}\n')
    await rig.look()
    await rig.rename('app.log', 'app.log.3')
    await rig.append('app.log', makeLines(1, 5))
    await rig.look()
    assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 5))
  })
})

describe('a crash', () => {
  it('repeats nothing that is in the spool, whatever of the places was saved', async (t) => {
    const rig = await LogRig.open(t)
    await rig.append('app.log', makeLines(0, 3))
    await rig.look()
    await rig.save()
    await rig.append('app.log', makeLines(3, 10, padding))
    await rig.look()
    await rig.whileTimePasses(rig.agent.dispatcher.whenDurable())
    await rig.restart('crash')
    await rig.append('app.log', makeLines(10, 12))
    await rig.look()
    assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 12))
  })

  it('loses nothing that was in memory only', async (t) => {
    const rig = await LogRig.open(t)
    await rig.append('app.log', makeLines(0, 10))
    await rig.look()
    await rig.restart('kill')
    await rig.look()
    assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 10))
  })

  it('at any operation of the disk loses nothing and repeats nothing', async (t) => {
    let operations = 1
    for (let at = 1; at <= operations; at++) {
      const rig = await LogRig.open(t, { seed: at })
      let done = 0
      const hasCrashed = new Promise<void>((resolve) => {
        rig.disk.onOperation = () => {
          if (++done === at) {
            rig.disk.crash()
            resolve()
          }
        }
      })
      await rig.append('app.log', `${makeLines(0, 5)}no event\n`)
      const live = async (): Promise<void> => {
        await rig.look()
        if (done < at) await rig.append('app.log', makeLines(5, 10, padding))
        await rig.look()
        await rig.save()
      }
      await Promise.race([live(), hasCrashed])
      operations = done < at ? at : at + 1
      await rig.restart('kill')
      await rig.append('app.log', makeLines(10, 12))
      await rig.look()
      const numbers = await rig.readNumbers()
      const expected = numbers.length === 7 ? [...makeNumbers(0, 5), 10, 11] : makeNumbers(0, 12)
      assert.deepEqual(numbers, expected, `crash at operation ${at}`)
      assert.ok((await rig.readDeadLetters()).length >= 1)
    }
    assert.ok(operations > 10, 'the crashes met the disk')
  })
})

describe('a line', () => {
  it('that is half written waits for its end', async (t) => {
    const rig = await LogRig.open(t)
    await rig.append('app.log', '{"n":0}\n{"n"')
    await rig.look()
    assert.deepEqual(await rig.readNumbers(), [0])
    await rig.append('app.log', ':1}')
    await rig.look()
    await rig.append('app.log', '\r\n')
    await rig.look()
    assert.deepEqual(await rig.readNumbers(), [0, 1])
    assert.equal(rig.counts.malformed, 0)
  })

  it('that is no event becomes a dead letter, and the others go on', async (t) => {
    const rig = await LogRig.open(t)
    const broken = Buffer.concat([Buffer.from('{"n":"'), Buffer.of(0xff), Buffer.from('"}\n')])
    await rig.append(
      'app.log',
      Buffer.concat([Buffer.from('{"n":0}\n\n[1]\n'), broken, Buffer.from(makeLine(1))]),
    )
    await rig.look()
    assert.deepEqual(await rig.readNumbers(), [0, 1])
    assert.equal(rig.counts.malformed, 2)
    const [first, second] = await rig.readDeadLetters()
    assert.deepEqual(
      { ...first, time: undefined, reason: undefined },
      {
        ...{ time: undefined, reason: undefined, input: 'log', file: rig.path('app.log') },
        ...{ offset: 9, bytes: 4, code: 'EVENT_INVALID', line: '[1]' },
      },
    )
    assert.equal(second!.code, 'BODY_NOT_UTF8')
    assert.equal(second!.lineBase64, broken.subarray(0, -1).toString('base64'))
  })

  it('that is too long is left out and told, whenever its end comes', async (t) => {
    const rig = await LogRig.open(t)
    const long = makeLine(1, 3 * 2 ** 20)
    await rig.append('app.log', makeLine(0) + long.slice(0, 2 ** 21))
    await rig.look()
    await rig.append('app.log', long.slice(2 ** 21) + makeLine(2))
    await rig.look()
    assert.deepEqual(await rig.readNumbers(), [0, 2])
    const [letter] = await rig.readDeadLetters()
    assert.equal(letter!.code, 'EVENT_TOO_LARGE')
    assert.equal(letter!.bytes, long.length)
  })
})

it('a full spool stops the reading, and room lets it go on', async (t) => {
  const target = {
    type: 'event-server',
    url: 'http://a',
    compression: 'identity',
    spool: { bytesMax: 70_000 },
  } as const
  const rig = await LogRig.open(t, { config: { targets: [target] } })
  rig.server.isDown = true
  await rig.append('app.log', makeLines(0, 1000, 100))
  let isRead = false
  const looking = rig.look().then(() => {
    isRead = true
  })
  while (!rig.told.some(({ text }) => text.startsWith('The target is full'))) await nextTurn()
  await nextTurn()
  assert.equal(isRead, false)
  rig.server.isDown = false
  await looking
  assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 1000))
})

it('copies of one log under several names are one log', async (t) => {
  const rig = await LogRig.open(t)
  await rig.append('app.log', makeLines(0, 10, padding))
  await rig.copy('app.log', 'app.log.bak')
  await rig.append('app.log.old.gz', gzipSync(makeLines(0, 10, padding)))
  await rig.look()
  await rig.restart()
  await rig.look()
  assert.deepEqual(await rig.readNumbers(), makeNumbers(0, 10))
})
