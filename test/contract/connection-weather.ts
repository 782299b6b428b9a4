import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, HansardError } from 'hansard-protocol'
import type { Connection } from '../../server/src/connections/connection.ts'
import { openRandom } from '../kit/random.ts'
import { makeSealedFile } from '../kit/sealed-file.ts'
import { collect } from './connection.ts'

/** Tells how often bad weather that was announced has come over a request. */
export interface WeatherReport {
  readonly hits: number
}

/** Bad weather between a connection and its store. What makes no sense for a kind is left out. */
export interface ConnectionWeather {
  /** The next put of a whole file is done, and its answer lost. */
  loseNextAnswer?(): WeatherReport
  /** As `loseNextAnswer`, for the request that completes a file which goes in pieces. */
  loseNextCompletion?(): WeatherReport
  /** The next request with a body is broken off in the middle of it. */
  resetNextBody?(): WeatherReport
  /** The body of the next request with a whole file arrives with other bytes. */
  corruptNextBody?(): WeatherReport
  /** As `corruptNextBody`, for a piece of a file. */
  corruptNextPiece?(): WeatherReport
  /** The next requests, that many, are told to come later. */
  slowDown?(times: number): WeatherReport
  /** The answer to the next request comes late, but in time. */
  delayNext?(): WeatherReport
  /** The next request gets no answer. */
  hangNext?(): WeatherReport
  /** Every request is refused until `heal`. */
  denyUntilHealed?(): WeatherReport
  heal(): void
}

type BadWeather = Exclude<keyof ConnectionWeather, 'heal'>

/** A connection without files, behind all layers; `timeout` is short. */
export interface ConnectionInWeather {
  readonly connection: Connection
  readonly weather: ConnectionWeather
  /** Lets time pass until the work is done, where time is simulated. */
  wait?<T>(work: Promise<T>): Promise<T>
  close?(): Promise<void>
}

export interface WeatherRules {
  /** Size of a file that goes in several pieces; undefined if none does. */
  readonly largeBytes?: number
  /** Weather that cannot come over this kind. */
  readonly never?: readonly BadWeather[]
  /** Weather that the store under test does not stand, and why: these tests are skipped. */
  readonly skip?: Partial<Record<BadWeather, string>>
}

const smallBytes = 20_000

/** What every kind of connection promises in bad weather. */
export function testConnectionWeather(
  kind: string,
  open: () => Promise<ConnectionInWeather>,
  { largeBytes, never = [], skip = {} }: WeatherRules = {},
): void {
  describe(`${kind} keeps the promises of a connection in bad weather`, { concurrency: 1 }, () => {
    const test = (
      promise: string,
      bad: BadWeather,
      sizes: readonly ('small' | 'large')[],
      run: (rig: Rig) => Promise<void>,
    ): void => {
      for (const size of sizes) {
        const bytes = size === 'small' ? smallBytes : largeBytes
        if (bytes === undefined || never.includes(bad)) continue
        it(`${promise} (a ${size} file)`, { skip: skip[bad] ?? false }, async () => {
          const opened = await open()
          try {
            await run(new Rig(opened, bytes))
          } finally {
            opened.weather.heal()
            await opened.close?.()
          }
        })
      }
    }
    const both = ['small', 'large'] as const

    for (const [bad, size] of [
      ['loseNextAnswer', 'small'],
      ['loseNextCompletion', 'large'],
    ] as const) {
      test('has a file once when the answer was lost after it was stored', bad, [size], async (rig) => {
        const report = rig.weather[bad]!()
        await rig.put()
        rig.checkCame(report)
        await rig.checkStands()
      })
    }

    test(
      'has a file whole when its body was broken off, and nothing half',
      'resetNextBody',
      both,
      async (rig) => {
        const report = rig.weather.resetNextBody!()
        await rig.put()
        rig.checkCame(report)
        await rig.checkStands()
      },
    )

    for (const [bad, size] of [
      ['corruptNextBody', 'small'],
      ['corruptNextPiece', 'large'],
    ] as const) {
      test('stores nothing that was altered on the way', bad, [size], async (rig) => {
        const report = rig.weather[bad]!()
        await rig.put()
        rig.checkCame(report)
        await rig.checkStands()
      })
    }

    test('tries again when it is told to come later', 'slowDown', both, async (rig) => {
      const report = rig.weather.slowDown!(2)
      assert.equal(await rig.put(), 'created')
      rig.checkCame(report, 2)
      await rig.checkStands()
    })

    test('gives a slow server its time', 'delayNext', both, async (rig) => {
      const report = rig.weather.delayNext!()
      assert.equal(await rig.put(), 'created')
      rig.checkCame(report)
      await rig.checkStands()
    })

    test('says that access is refused, and heals with it', 'denyUntilHealed', both, async (rig) => {
      const { connection, weather } = rig
      const report = weather.denyUntilHealed!()
      await rig.fails(connection.put('a/file', rig.file), 'CONNECTION_DENIED')
      await rig.fails(connection.get('a/file'), 'CONNECTION_DENIED')
      await rig.fails(collect(connection.list('a')), 'CONNECTION_DENIED')
      await rig.fails(connection.remove('a/file'), 'CONNECTION_DENIED')
      rig.checkCame(report, 4)
      weather.heal()
      assert.equal(await rig.put(), 'created')
      await rig.checkStands()
    })

    test('does not wait for ever for a server that hangs', 'hangNext', ['small'], async (rig) => {
      const { connection, weather } = rig
      const reports = [weather.hangNext!()]
      await rig.put()
      for (const work of [
        () => connection.get('a/file'),
        () => collect(connection.list('a')),
        () => connection.remove('a/nothing'),
      ]) {
        reports.push(weather.hangNext!())
        await rig.wait<unknown>(work())
      }
      for (const report of reports) rig.checkCame(report)
      weather.heal()
      await rig.checkStands()
    })

    test(
      'lists, reads and removes again when it is told to come later',
      'slowDown',
      ['small'],
      async (rig) => {
        const { connection, weather } = rig
        await rig.put()
        const reports = [weather.slowDown!(1)]
        assert.deepEqual(await rig.wait(collect(connection.list('a'))), [
          { path: 'a/file', bytes: smallBytes },
        ])
        reports.push(weather.slowDown!(1))
        assert.ok(rig.content.equals(await rig.wait(connection.get('a/file'))))
        reports.push(weather.slowDown!(1))
        await rig.wait(connection.remove('a/file'))
        for (const report of reports) rig.checkCame(report)
        assert.deepEqual(await rig.wait(collect(connection.list('a'))), [])
      },
    )
  })
}

class Rig {
  readonly connection: Connection
  readonly weather: ConnectionWeather
  readonly content: Buffer
  readonly #opened: ConnectionInWeather

  constructor(opened: ConnectionInWeather, bytes: number) {
    this.#opened = opened
    this.connection = opened.connection
    this.weather = opened.weather
    this.content = Buffer.from(openRandom(bytes).readBytes(bytes))
  }

  get file(): ReturnType<typeof makeSealedFile> {
    return makeSealedFile(this.content, 64 * 1024)
  }

  wait<T>(work: Promise<T>): Promise<T> {
    return this.#opened.wait?.(work) ?? work
  }

  async put(): Promise<string> {
    const outcome = await this.wait(this.connection.put('a/file', this.file))
    assert.ok(outcome === 'created' || outcome === 'same', outcome)
    return outcome
  }

  fails(work: Promise<unknown>, code: ErrorCode): Promise<void> {
    return this.wait(
      assert.rejects(work, (error) => {
        assert.ok(error instanceof HansardError && error.code === code, `expected ${code}, got ${error}`)
        return true
      }),
    )
  }

  /** It is no proof of anything if the weather did not come. */
  checkCame(report: WeatherReport, times = 1): void {
    assert.ok(report.hits >= times, `the weather came ${report.hits} times, not ${times}`)
  }

  /** The file is there once, with its bytes, and nobody can put others in its place. */
  async checkStands(): Promise<void> {
    const { connection, content } = this
    assert.deepEqual(await this.wait(collect(connection.list(''))), [
      { path: 'a/file', bytes: content.length },
    ])
    assert.ok(content.equals(await this.wait(connection.get('a/file'))), 'the file has other bytes')
    const other = Buffer.from(content)
    other[other.length >> 1]! ^= 1
    await this.fails(connection.put('a/file', makeSealedFile(other, 64 * 1024)), 'FILE_CONFLICT')
    assert.equal(await this.wait(connection.put('a/file', this.file)), 'same')
    assert.ok(content.equals(await this.wait(connection.get('a/file'))), 'the file was overwritten')
  }
}
