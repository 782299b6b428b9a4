import assert from 'node:assert/strict'
import { utimes } from 'node:fs/promises'
import { openRandom, type SeededRandom } from '../../../test/kit/random.ts'
import { LogRig, makeLine } from '../log-rig.ts'

type Scope = Parameters<typeof LogRig.open>[0]

/** More rotated files than any run makes: nothing is removed before it was read. */
const filesMax = 100

/**
 * A program that writes a log, a tool that rotates it, and an agent that looks at it and dies now and then, in an order
 * that follows from the seed. In the end every line must be stored once, in its order.
 */
export class FollowModel {
  readonly #random: SeededRandom
  readonly #rig: LogRig
  /** Names of the rotated files, newest first. */
  #rotated: string[] = []
  #written = 0
  #malformed = 0
  #half = ''
  /** When the program wrote last, in seconds since 1970: real writes would share the ticks of the file system. */
  #wroteAt = Math.floor(Date.now() / 1000)
  readonly steps: string[] = []

  static async open(scope: Scope, seed: number): Promise<FollowModel> {
    return new FollowModel(openRandom(seed), await LogRig.open(scope, { seed }))
  }

  private constructor(random: SeededRandom, rig: LogRig) {
    this.#random = random
    this.#rig = rig
  }

  async step(): Promise<void> {
    const step = this.#random.pick([
      ...['write', 'write', 'write', 'writeHalf', 'writeBroken', 'look', 'look', 'look'],
      ...['rename', 'copyAndCut', 'compress', 'save', 'kill', 'crash', 'dieWhileLooking'],
    ] as const)
    this.steps.push(step)
    await this[step]()
  }

  /** Everything that is written must be stored now. */
  async finish(): Promise<void> {
    await this.write()
    await this.#rig.look()
    const numbers = await this.#rig.readNumbers()
    const expected = Array.from({ length: this.#written }, (_, n) => n)
    assert.deepEqual(numbers, expected, this.steps.join(' '))
    const letters = this.#malformed === 0 ? [] : await this.#rig.readDeadLetters()
    const broken = new Set(letters.map(({ line }) => line))
    assert.equal(broken.size, this.#malformed, this.steps.join(' '))
  }

  async write(): Promise<void> {
    const lines = Array.from({ length: 1 + this.#random.nextInteger(5) }, () => this.#makeLine())
    await this.#append(lines.join(''))
  }

  async writeHalf(): Promise<void> {
    if (this.#half !== '') return
    const line = this.#makeLine()
    const at = 1 + this.#random.nextInteger(line.length - 1)
    await this.#append(line.slice(0, at))
    this.#half = line.slice(at)
  }

  writeBroken(): Promise<void> {
    return this.#append(`broken ${this.#malformed++}\n`)
  }

  look(): Promise<void> {
    return this.#rig.look()
  }

  save(): Promise<void> {
    return this.#rig.save()
  }

  async rename(): Promise<void> {
    if (!(await this.#endLine())) return
    await this.#shift()
    await this.#rig.rename('app.log', 'app.log.1')
    this.#rotated.unshift('app.log.1')
  }

  async copyAndCut(): Promise<void> {
    if (!(await this.#endLine())) return
    await this.#shift()
    await this.#rig.copy('app.log', 'app.log.1')
    await this.#touch('app.log.1')
    if (this.#random.chance(0.3)) await this.#rig.look()
    await this.#rig.cutOff('app.log')
    await this.#touch('app.log')
    if (this.#random.chance(0.3)) await this.#rig.look()
    this.#rotated.unshift('app.log.1')
  }

  async compress(): Promise<void> {
    const plain = this.#rotated.findIndex((name) => !name.endsWith('.gz'))
    if (plain < 0) return
    await this.#rig.compress(this.#rotated[plain]!)
    this.#rotated[plain] += '.gz'
  }

  kill(): Promise<void> {
    return this.#rig.restart('kill')
  }

  crash(): Promise<void> {
    return this.#rig.restart('crash')
  }

  async dieWhileLooking(): Promise<void> {
    const rig = this.#rig
    let left = this.#random.nextInteger(12)
    const hasDied = new Promise<void>((resolve) => {
      rig.disk.onOperation = () => {
        if (left-- > 0) return
        rig.disk[this.#random.pick(['kill', 'crash'] as const)]()
        resolve()
      }
    })
    await Promise.race([rig.look().then(() => rig.save()), hasDied])
    await rig.restart('kill')
  }

  #makeLine(): string {
    return makeLine(this.#written++, this.#random.chance(0.3) ? this.#random.nextInteger(1500) : 0)
  }

  async #append(text: string): Promise<void> {
    const whole = this.#half + text
    this.#half = ''
    await this.#rig.append('app.log', whole)
    await this.#touch('app.log')
  }

  async #touch(name: string): Promise<void> {
    this.#wroteAt++
    await utimes(this.#rig.path(name), this.#wroteAt, this.#wroteAt)
  }

  /** A logger rotates between two lines. False if there is nothing to rotate. */
  async #endLine(): Promise<boolean> {
    await this.write()
    return this.#rotated.length < filesMax
  }

  async #shift(): Promise<void> {
    for (const [index, name] of [...this.#rotated.entries()].reverse()) {
      const next = name.replace(/\d+/, String(index + 2))
      await this.#rig.rename(name, next)
      this.#rotated[index] = next
    }
  }
}
