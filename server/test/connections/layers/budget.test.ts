import assert from 'node:assert/strict'
import { it } from 'node:test'
import { makeSealedFile } from '../../../../test/kit/sealed-file.ts'
import { SimClock } from '../../../../test/kit/sim-clock.ts'
import { SimStore } from '../../../../test/kit/sim-store.ts'
import type { Connection } from '../../../src/connections/connection.ts'
import { withBudget } from '../../../src/connections/layers/budget.ts'
import { withTimeout } from '../../../src/connections/layers/timeout.ts'
import { openMemoryConnection } from '../../../src/connections/memory.ts'
import { openObjectConnection } from '../../../src/connections/object-connection.ts'

const mebibyte = 1024 * 1024

function open(store: SimStore): Connection {
  return openObjectConnection({ prefix: '', conditionalWrites: true, openStore: () => store.open() })
}

it('keeps 50 large files on their way within 64 MiB of memory', async () => {
  const store = new SimStore({ latencyTurnsMax: 5, pieceBytes: 8 * mebibyte })
  const connection = withBudget(open(store))
  // Two thirds go whole, a third in pieces.
  const files = [5, 7, 9].map((size) => makeSealedFile(Buffer.alloc(size * mebibyte, size), mebibyte))
  const puts = Array.from({ length: 50 }, (_, n) => connection.put(`f${n}`, files[n % 3]!))
  assert.ok((await Promise.all(puts)).every((outcome) => outcome === 'created'))
  assert.ok(store.bodyBytes.most > 16 * mebibyte)
  assert.ok(store.bodyBytes.most <= 64 * mebibyte, `${store.bodyBytes.most} bytes were on their way`)
})

it('does not let the time run of a file that waits for memory', async () => {
  const clock = new SimClock()
  const slow: Connection = {
    ...openMemoryConnection(),
    async put() {
      await clock.sleep(60_000)
      return 'created'
    },
  }
  const connection = withBudget(withTimeout(slow, 6_000, clock))
  // Four at once fill the memory; each has 70 s.
  const file = { ...makeSealedFile('text'), bytes: 16 * mebibyte }
  const puts = Array.from({ length: 12 }, (_, n) => connection.put(`f${n}`, file))
  await clock.runUntil(Promise.all(puts))
  assert.equal(clock.elapsedMs, 180_000)
})
