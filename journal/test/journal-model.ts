import assert from 'node:assert/strict'
import type { Appended, Entry, FrameReader, Journal } from 'hansard-journal'
import { openRandom, type SeededRandom } from '../../test/kit/random.ts'
import { nextTurn } from '../../test/kit/turns.ts'
import { JournalRig } from './journal-rig.ts'

interface ModelFrame {
  readonly id: number
  readonly position: number
  readonly count: number
}

/** What a journal that keeps its promises must hold, next to the real one on a disk that forgets and fails. */
export class JournalModel {
  readonly #rig: JournalRig
  readonly #random: SeededRandom
  #journal: Journal | undefined
  #reader: FrameReader | undefined
  /** Frames that the reader of this life has seen. */
  #seen: ModelFrame[] = []
  /** Every frame that is known to be in the lane, from its beginning on. */
  #kept: ModelFrame[] = []
  /** Frames of this life that were not acknowledged and may be found after a crash all the same. */
  readonly #doubtful = new Map<number, number>()
  #nextId = 0
  #trimmedTo = 0

  constructor(seed: number) {
    this.#random = openRandom(seed)
    this.#rig = new JournalRig(
      {
        segmentBytesMax: this.#random.pick([1, 400, 2_000, 100_000]),
        diskBytesMax: this.#random.pick([5_000, 100_000]),
      },
      { seed, latencyTurnsMax: this.#random.nextInteger(4) },
    )
  }

  async step(): Promise<void> {
    if (this.#journal === undefined) return this.#start()
    const action = this.#random.nextInteger(20)
    if (action < 10) return void (await this.#append())
    if (action < 13) return void (await this.#follow())
    if (action < 15) return this.#trim()
    if (action < 16) return this.#rig.clock.jump(this.#random.nextInteger(2_000_000) - 1_000_000)
    if (action < 18) return this.#makeWeather()
    if (action < 19) return this.#dieWhileAppending()
    return this.#stop()
  }

  /** A last start in good weather: everything must be there. */
  async finish(): Promise<void> {
    await this.#stop()
    while (this.#journal === undefined) await this.#start()
    await this.#follow()
    await this.#reader!.close()
    await this.#journal.close()
  }

  async #append(): Promise<void> {
    const groups = this.#random.nextInteger(6) + 1
    await Promise.all(Array.from({ length: groups }, () => this.#appendOne()))
  }

  async #appendOne(): Promise<void> {
    const id = this.#nextId++
    const count = this.#random.pick([0, 1, 1, 2, 5])
    const length = this.#random.pick([0, 10, 300])
    const entry: Entry = {
      type: count === 0 ? 'cut' : 'events',
      count,
      meta: Buffer.from(`${id}`),
      payload: Buffer.from(`${'x'.repeat(length)}\n`.repeat(count)),
    }
    this.#doubtful.set(id, count)
    let appended: Appended
    try {
      appended = await this.#journal!.append(entry)
    } catch {
      return
    }
    // The next segment exists now, so what was refused before stays refused for good.
    for (const other of [...this.#doubtful.keys()]) if (other <= id) this.#doubtful.delete(other)
    assert.equal(appended.position, endOf(this.#kept), 'positions have no gaps')
    this.#kept.push({ id, position: appended.position, count })
  }

  /** Reads on with the reader of this life: exactly what was acknowledged, in its order. */
  async #follow(): Promise<boolean> {
    try {
      this.#reader ??= await this.#journal!.openReader(this.#journal!.startPosition)
      for (;;) {
        const frame = await this.#reader.next()
        if (frame === undefined) break
        const id = Number(frame.meta.toString())
        this.#seen.push({ id, position: frame.firstPosition, count: frame.count })
      }
    } catch (error) {
      this.#assertWeather(error)
      return false
    }
    assert.deepEqual(this.#seen, this.#kept.slice(this.#kept.length - this.#seen.length))
    const missing = this.#kept[this.#kept.length - this.#seen.length - 1]
    if (missing !== undefined)
      assert.ok(missing.position + missing.count <= this.#trimmedTo, 'a frame is missing')
    return true
  }

  async #trim(): Promise<void> {
    // A real reader holds trimming back; this one has read everything, or starts again.
    if (!(await this.#follow())) await this.#closeReader()
    const position = this.#random.nextInteger(endOf(this.#kept) + 1)
    this.#trimmedTo = Math.max(this.#trimmedTo, position)
    await this.#journal!.trim(position).catch((error: unknown) => this.#assertWeather(error))
  }

  #makeWeather(): void {
    const { faults } = this.#rig.disk
    const isBad = this.#random.chance(0.5)
    faults.syncError = isBad ? 0.2 : 0
    faults.writeError = isBad ? 0.1 : 0
    faults.nameError = isBad ? 0.1 : 0
    faults.shortWrite = this.#random.pick([0, 0.3])
    faults.shortRead = this.#random.pick([0, 0.3])
  }

  async #dieWhileAppending(): Promise<void> {
    const appending = this.#append()
    for (let turn = this.#random.nextInteger(8); turn > 0; turn--) await nextTurn()
    this.#die()
    await appending
    await this.#forgetLife()
  }

  async #stop(): Promise<void> {
    if (this.#journal === undefined) return
    if (this.#random.chance(0.3)) {
      await this.#closeReader()
      await this.#journal.close().catch((error: unknown) => this.#assertWeather(error))
    }
    this.#die()
    await this.#forgetLife()
  }

  #die(): void {
    if (this.#random.chance(0.5)) this.#rig.disk.crash()
    else this.#rig.disk.kill()
  }

  async #forgetLife(): Promise<void> {
    await this.#closeReader()
    this.#journal = undefined
  }

  async #closeReader(): Promise<void> {
    await this.#reader?.close().catch(() => {})
    this.#reader = undefined
    this.#seen = []
  }

  async #start(): Promise<void> {
    // A start in bad weather fails and is tried again; only its own outcome counts here.
    Object.assign(this.#rig.disk.faults, { syncError: 0, writeError: 0, nameError: 0 })
    this.#journal = await this.#rig.open()
    assert.equal(this.#journal.damage, undefined, JSON.stringify(this.#journal.damage))
    const reader = await this.#journal.openReader(this.#journal.startPosition)
    const found: ModelFrame[] = []
    for (let frame = await reader.next(); frame !== undefined; frame = await reader.next()) {
      found.push({ id: Number(frame.meta.toString()), position: frame.firstPosition, count: frame.count })
    }
    await reader.close()
    const start = this.#kept.findIndex(({ id }) => id === found[0]?.id)
    const known = start < 0 ? [] : this.#kept.slice(start)
    assert.deepEqual(found.slice(0, known.length), known, 'acknowledged frames are there, in their order')
    for (const { position, count } of this.#kept.slice(0, this.#kept.length - known.length)) {
      assert.ok(position + count <= this.#trimmedTo, `position ${position} is lost`)
    }
    for (const frame of found.slice(known.length)) {
      assert.equal(
        this.#doubtful.get(frame.id),
        frame.count,
        `frame ${frame.id} was never sent or is refused`,
      )
      assert.equal(frame.position, endOf(this.#kept))
      this.#kept.push(frame)
    }
    this.#doubtful.clear()
    assert.equal(this.#journal.end.position, endOf(this.#kept))
  }

  #assertWeather(error: unknown): void {
    const code = (error as { code?: string }).code ?? ''
    assert.ok(['EIO', 'ECRASHED'].includes(code), error as Error)
  }
}

function endOf(frames: readonly ModelFrame[]): number {
  const last = frames.at(-1)
  return last === undefined ? 0 : last.position + last.count
}
