import assert from 'node:assert/strict'
import { it } from 'node:test'
import { SimClock } from './sim-clock.ts'
import { nextTurn } from './turns.ts'

it('wakes sleepers in the order of their time, each at its time', async () => {
  const clock = new SimClock({ startAt: 1000 })
  const seen: string[] = []
  const sleep = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms)
    seen.push(`${name} ${clock.readNow()}`)
  }
  void sleep('late', 50)
  void sleep('early', 20).then(() => sleep('again', 10))
  void sleep('never', 5000)
  assert.equal(clock.nextWakeInMs, 20)
  await clock.advance(60)
  assert.deepEqual(seen, ['early 1020', 'again 1030', 'late 1050'])
  assert.equal(clock.readNow(), 1060)
  assert.equal(clock.sleeperCount, 1)
})

it('lets no sleep get shorter or longer when the wall clock jumps', async () => {
  const clock = new SimClock({ startAt: 1_000_000 })
  let isAwake = false
  void clock.sleep(100).then(() => {
    isAwake = true
  })
  clock.jump(500_000)
  await clock.advance(99)
  assert.equal(isAwake, false)
  clock.jump(-900_000)
  await clock.advance(1)
  assert.equal(isAwake, true)
  assert.equal(clock.readNow(), 1_000_000 + 500_000 - 900_000 + 100)
  assert.equal(clock.elapsedMs, 100)
})

it('ends a sleep when its signal is aborted', async () => {
  const clock = new SimClock()
  const controller = new AbortController()
  const sleep = clock.sleep(1000, controller.signal)
  controller.abort()
  await sleep
  assert.equal(clock.sleeperCount, 0)
  await clock.sleep(1000, controller.signal)
  assert.equal(await clock.advanceToNextWake(), false)
})

it('runs to the next wake-up, and says when nobody sleeps', async () => {
  const clock = new SimClock()
  let turns = 0
  const work = async (): Promise<void> => {
    for (const ms of [10, 200, 3000]) {
      await clock.sleep(ms)
      turns++
    }
  }
  void work()
  while (await clock.advanceToNextWake());
  assert.equal(turns, 3)
  assert.equal(clock.elapsedMs, 3210)
})

it('runs until some work is done, and says when that cannot end', async () => {
  const clock = new SimClock()
  const work = async (): Promise<string> => {
    await clock.sleep(10)
    await clock.sleep(200)
    return 'done'
  }
  void clock.sleep(1_000)
  assert.equal(await clock.runUntil(work()), 'done')
  assert.equal(clock.elapsedMs, 210)
  const failure = new Error('broke')
  await assert.rejects(clock.runUntil(Promise.reject(failure)), failure)
  await assert.rejects(clock.runUntil(new Promise(() => {})), /the work hangs/)
})

it('never moves by itself', async () => {
  const clock = new SimClock()
  const before = clock.readNow()
  for (let turn = 0; turn < 10; turn++) await nextTurn()
  assert.equal(clock.readNow(), before)
})
