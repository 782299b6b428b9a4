import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, HansardError } from 'hansard-protocol'
import type { Connection, StoredFile } from '../../server/src/connections/connection.ts'
import { openRandom } from '../kit/random.ts'
import { makeSealedFile } from '../kit/sealed-file.ts'

/** A connection without files. */
export interface ConnectionUnderTest {
  readonly connection: Connection
  close?(): Promise<void>
}

/** What every kind of connection promises, in fair weather, and behind every layer. */
export function testConnectionContract(kind: string, open: () => Promise<ConnectionUnderTest>): void {
  const test = (promise: string, run: (connection: Connection) => Promise<void>): void => {
    it(promise, async () => {
      const { connection, close } = await open()
      try {
        await run(connection)
      } finally {
        await close?.()
      }
    })
  }

  describe(`${kind} keeps the promises of a connection`, () => {
    test('gives back what was put, byte for byte', async (connection) => {
      const bytes = openRandom(1).readBytes(300_000)
      await connection.put('a/b/part.gz', makeSealedFile(bytes, 70_000))
      assert.deepEqual(Buffer.from(await connection.get('a/b/part.gz')), Buffer.from(bytes))
    })

    test('keeps an empty file', async (connection) => {
      await connection.put('empty', makeSealedFile(''))
      assert.equal((await connection.get('empty')).length, 0)
      assert.deepEqual(await collect(connection.list('')), [{ path: 'empty', bytes: 0 }])
    })

    test('takes the same bytes twice', async (connection) => {
      await connection.put('a/file', makeSealedFile('text'))
      await connection.put('a/file', makeSealedFile('text', 1))
      assert.equal(await readText(connection, 'a/file'), 'text')
    })

    test('refuses other bytes under a taken path, also of the same size', async (connection) => {
      await connection.put('a/file', makeSealedFile('text'))
      for (const other of ['tent', 'tex', 'texts', '']) {
        await rejects(connection.put('a/file', makeSealedFile(other)), 'FILE_CONFLICT')
      }
      assert.equal(await readText(connection, 'a/file'), 'text')
      assert.deepEqual(await collect(connection.list('')), [{ path: 'a/file', bytes: 4 }])
    })

    test('lets one of many writers win when all come at once', async (connection) => {
      const texts = ['one', 'two', 'two', 'one', 'six', 'two']
      const ends = await Promise.allSettled(texts.map((text) => connection.put('race', makeSealedFile(text))))
      const winner = await readText(connection, 'race')
      for (const [index, end] of ends.entries()) {
        if (end.status === 'fulfilled') assert.equal(texts[index], winner)
        else assert.ok(texts[index] !== winner && hasCode(end.reason, 'FILE_CONFLICT'), `${end.reason}`)
      }
    })

    test('publishes nothing when the bytes are not the sealed ones', async (connection) => {
      const sealed = makeSealedFile('text')
      for (const wrong of [{ sha256: '0'.repeat(64) }, { bytes: 5 }, { bytes: 3 }]) {
        await rejects(connection.put('a/file', { ...sealed, ...wrong }), 'INTERNAL')
      }
      await rejects(connection.get('a/file'), 'FILE_MISSING')
      assert.deepEqual(await collect(connection.list('')), [])
    })

    test('publishes nothing when the sealed file cannot be read, and can be repeated', async (connection) => {
      const sealed = makeSealedFile('text', 1)
      const broken = {
        ...sealed,
        async *read() {
          yield Buffer.from('te')
          throw Object.assign(new Error('the staging disk broke'), { code: 'EIO' })
        },
      }
      await assert.rejects(connection.put('a/file', broken))
      await rejects(connection.get('a/file'), 'FILE_MISSING')
      await connection.put('a/file', sealed)
      assert.equal(await readText(connection, 'a/file'), 'text')
    })

    test('says FILE_MISSING of what is not there, and of folders', async (connection) => {
      await connection.put('a/file', makeSealedFile('text'))
      for (const path of ['nothing', 'a', 'a/nothing', 'a/file/below']) {
        await rejects(connection.get(path), 'FILE_MISSING')
      }
    })

    test('lists in byte order, whatever the folders', async (connection) => {
      const paths = ['a-b', 'a/b', 'a.gz', 'a/B/c', 'a0', 'ä', '\u{1f600}/x', '\uffee', 'Z', 'a/b0/c']
      for (const path of paths) await connection.put(path, makeSealedFile(path))
      const expected = paths.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)))
      assert.deepEqual(
        await collect(connection.list('')),
        expected.map((path) => ({ path, bytes: Buffer.byteLength(path) })),
      )
    })

    test('lists only what is below the folder', async (connection) => {
      for (const path of ['a/b/1', 'a/b/2', 'a/bc/3', 'a/b.4', 'b/5']) {
        await connection.put(path, makeSealedFile(path))
      }
      assert.deepEqual(await listPaths(connection, 'a/b'), ['a/b/1', 'a/b/2'])
      assert.deepEqual(await listPaths(connection, 'a'), ['a/b.4', 'a/b/1', 'a/b/2', 'a/bc/3'])
      assert.deepEqual(await listPaths(connection, 'missing'), [])
      assert.deepEqual(await listPaths(connection, 'b/5'), [])
    })

    test('stops listing when the reader has enough', async (connection) => {
      for (const path of ['a/1', 'a/2', 'a/3']) await connection.put(path, makeSealedFile(''))
      for await (const { path } of connection.list('a')) {
        assert.equal(path, 'a/1')
        break
      }
    })

    test('removes a file, and again without harm', async (connection) => {
      await connection.put('a/file', makeSealedFile('old'))
      await connection.remove('a/file')
      await connection.remove('a/file')
      await connection.remove('missing/file')
      await rejects(connection.get('a/file'), 'FILE_MISSING')
      await connection.put('a/file', makeSealedFile('new'))
      assert.equal(await readText(connection, 'a/file'), 'new')
    })

    test('refuses every path that leaves its root', async (connection) => {
      const paths = [
        '',
        '/a',
        'a/',
        'a//b',
        '..',
        '../a',
        'a/../../b',
        'a/..',
        '.',
        './a',
        'a\0b',
        'a\\..\\b',
      ]
      for (const path of paths) {
        await rejects(connection.put(path, makeSealedFile('text')), 'CONNECTION_DENIED')
        await rejects(connection.get(path), 'CONNECTION_DENIED')
        await rejects(connection.remove(path), 'CONNECTION_DENIED')
        if (path !== '') await rejects(collect(connection.list(path)), 'CONNECTION_DENIED')
      }
      assert.deepEqual(await collect(connection.list('')), [])
    })

    test('keeps names with spaces, dots and signs as they are', async (connection) => {
      const paths = ['.hidden', 'a b/c d', 'a~2fb', 'x...', '%2e%2e/y', 'é/è', 'it\'s/"quoted"', '-rf']
      for (const path of paths) await connection.put(path, makeSealedFile(path))
      for (const path of paths) assert.equal(await readText(connection, path), path)
      assert.deepEqual((await listPaths(connection, '')).sort(), paths.toSorted())
    })
  })
}

function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof HansardError && error.code === code
}

function rejects(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  return assert.rejects(promise, (error) => {
    assert.ok(hasCode(error, code), `expected ${code}, got ${error}`)
    return true
  })
}

export async function collect(files: AsyncIterable<StoredFile>): Promise<StoredFile[]> {
  const found: StoredFile[] = []
  for await (const file of files) found.push(file)
  return found
}

async function listPaths(connection: Connection, prefix: string): Promise<string[]> {
  return (await collect(connection.list(prefix))).map(({ path }) => path)
}

async function readText(connection: Connection, path: string): Promise<string> {
  return Buffer.from(await connection.get(path)).toString()
}
