import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Disk, hasErrorCode, readFully, replaceFile, writeFully } from 'hansard-journal'

/** A fresh, empty folder on a disk. */
export interface DiskUnderTest {
  readonly disk: Disk
  readonly root: string
  close?(): Promise<void>
}

/** What every disk promises while the power stays on. */
export function testDiskContract(kind: string, open: () => Promise<DiskUnderTest>): void {
  const test = (promise: string, run: (disk: Disk, root: string) => Promise<void>): void => {
    it(promise, async () => {
      const { disk, root, close } = await open()
      try {
        await run(disk, root)
      } finally {
        await close?.()
      }
    })
  }
  const put = async (disk: Disk, path: string, text: string): Promise<void> => {
    const file = await disk.createFile(path)
    await writeFully(file, [Buffer.from(text)], 0)
    await file.close()
  }
  const read = async (disk: Disk, path: string): Promise<string> => (await readFully(disk, path)).toString()
  const listNames = async (disk: Disk, path: string): Promise<string[]> =>
    (await disk.listFolder(path)).map(({ name }) => name).sort()
  const rejects = (promise: Promise<unknown>, code: string): Promise<void> =>
    assert.rejects(promise, (error) => hasErrorCode(error, code))

  describe(`${kind} keeps the promises of a disk`, () => {
    test('reads back what was written, chunk after chunk', async (disk, root) => {
      const file = await disk.createFile(`${root}/a`)
      assert.equal(await writeFully(file, [Buffer.from('one'), Buffer.alloc(0), Buffer.from('two')], 0), 6)
      await file.sync()
      assert.equal(await file.readSize(), 6)
      const target = new Uint8Array(8).fill(0x2e)
      assert.equal(await file.read(target, 1, 4, 2), 4)
      assert.equal(Buffer.from(target).toString(), '.etwo...')
      await file.close()
      assert.equal(await read(disk, `${root}/a`), 'onetwo')
    })

    test('reads nothing at and behind the end', async (disk, root) => {
      await put(disk, `${root}/a`, 'abc')
      const file = await disk.openFile(`${root}/a`, 'read')
      const target = new Uint8Array(10)
      assert.equal(await file.read(target, 0, 10, 1), 2)
      assert.equal(await file.read(target, 0, 10, 3), 0)
      assert.equal(await file.read(target, 0, 10, 99), 0)
      await file.close()
    })

    test('overwrites in the middle and fills a hole with zeros', async (disk, root) => {
      const file = await disk.createFile(`${root}/a`)
      await writeFully(file, [Buffer.from('abcdef')], 0)
      await writeFully(file, [Buffer.from('XY')], 2)
      await writeFully(file, [Buffer.from('end')], 8)
      await file.close()
      assert.equal(await read(disk, `${root}/a`), 'abXYef\0\0end')
    })

    test('forgets the bytes behind a truncation, also when the file grows again', async (disk, root) => {
      const file = await disk.createFile(`${root}/a`)
      await writeFully(file, [Buffer.from('abcdef')], 0)
      await file.truncate(2)
      assert.equal(await file.readSize(), 2)
      await file.truncate(4)
      await file.close()
      assert.equal(await read(disk, `${root}/a`), 'ab\0\0')
    })

    test('opens an existing file for writing without changing it', async (disk, root) => {
      await put(disk, `${root}/a`, 'abc')
      const file = await disk.openFile(`${root}/a`, 'write')
      await writeFully(file, [Buffer.from('d')], 3)
      await file.close()
      assert.equal(await read(disk, `${root}/a`), 'abcd')
    })

    test('refuses to write to a file opened for reading', async (disk, root) => {
      await put(disk, `${root}/a`, 'abc')
      const file = await disk.openFile(`${root}/a`, 'read')
      await rejects(file.write([Buffer.from('d')], 0), 'EBADF')
      await file.sync()
      await file.close()
    })

    test('makes a file only where no name stands', async (disk, root) => {
      await put(disk, `${root}/a`, 'first')
      await rejects(disk.createFile(`${root}/a`), 'EEXIST')
      await rejects(disk.createFile(`${root}/missing/a`), 'ENOENT')
      assert.equal(await read(disk, `${root}/a`), 'first')
    })

    test('says ENOENT of what is missing', async (disk, root) => {
      await rejects(disk.openFile(`${root}/a`, 'read'), 'ENOENT')
      await rejects(disk.openFile(`${root}/a`, 'write'), 'ENOENT')
      await rejects(disk.listFolder(`${root}/a`), 'ENOENT')
      await rejects(disk.syncFolder(`${root}/a`), 'ENOENT')
      await rejects(disk.removeFile(`${root}/a`), 'ENOENT')
      await rejects(disk.renameFile(`${root}/a`, `${root}/b`), 'ENOENT')
      await rejects(disk.linkFile(`${root}/a`, `${root}/b`), 'ENOENT')
    })

    test('makes a folder with those above it, and again without harm', async (disk, root) => {
      await disk.makeFolder(`${root}/a/b/c`)
      await disk.makeFolder(`${root}/a/b/c`)
      await put(disk, `${root}/a/b/file`, '')
      const entries = (await disk.listFolder(`${root}/a/b`)).toSorted((x, y) => (x.name < y.name ? -1 : 1))
      assert.deepEqual(entries, [
        { name: 'c', isFolder: true },
        { name: 'file', isFolder: false },
      ])
      await disk.syncFolder(`${root}/a/b`)
    })

    test('refuses a folder below a file', async (disk, root) => {
      await put(disk, `${root}/a`, '')
      await rejects(disk.makeFolder(`${root}/a/b`), 'ENOTDIR')
      await rejects(disk.openFile(`${root}/a/b`, 'read'), 'ENOTDIR')
    })

    test('moves a file onto another name, replacing what stands there', async (disk, root) => {
      await disk.makeFolder(`${root}/there`)
      await put(disk, `${root}/a`, 'new')
      await put(disk, `${root}/there/b`, 'old')
      await disk.renameFile(`${root}/a`, `${root}/there/b`)
      assert.equal(await read(disk, `${root}/there/b`), 'new')
      assert.deepEqual(await listNames(disk, root), ['there'])
    })

    test('gives a file a second name that outlives the first', async (disk, root) => {
      await put(disk, `${root}/a`, 'text')
      await disk.linkFile(`${root}/a`, `${root}/b`)
      await rejects(disk.linkFile(`${root}/a`, `${root}/b`), 'EEXIST')
      await disk.removeFile(`${root}/a`)
      assert.equal(await read(disk, `${root}/b`), 'text')
      assert.deepEqual(await listNames(disk, root), ['b'])
    })

    test('keeps an open file readable after its name is gone', async (disk, root) => {
      await put(disk, `${root}/a`, 'text')
      const file = await disk.openFile(`${root}/a`, 'read')
      await disk.removeFile(`${root}/a`)
      const target = new Uint8Array(4)
      assert.equal(await file.read(target, 0, 4, 0), 4)
      await file.close()
    })

    test('removes a folder with all in it, and again without harm', async (disk, root) => {
      await disk.makeFolder(`${root}/a/b`)
      await put(disk, `${root}/a/b/file`, 'text')
      await disk.removeFolder(`${root}/a`)
      await disk.removeFolder(`${root}/a`)
      assert.deepEqual(await listNames(disk, root), [])
    })

    test('replaces a file whole', async (disk, root) => {
      await replaceFile(disk, root, 'state', Buffer.from('one'))
      await replaceFile(disk, root, 'state', Buffer.from('two'))
      assert.equal(await read(disk, `${root}/state`), 'two')
      assert.deepEqual(await listNames(disk, root), ['state'])
    })

    test('refuses any use of a closed file', async (disk, root) => {
      await put(disk, `${root}/a`, 'text')
      const file = await disk.openFile(`${root}/a`, 'read')
      await file.close()
      await rejects(file.read(new Uint8Array(4), 0, 4, 0), 'EBADF')
    })

    test('knows how many bytes are free', async (disk, root) => {
      assert.ok((await disk.readFreeBytes(root)) > 0)
    })
  })
}
