import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Disk, readLane, type SegmentReport } from 'hansard-journal'
import {
  cutFile,
  describeFrame,
  hasCode,
  JournalRig,
  journalFolder,
  makeControl,
  makeEvents,
} from './journal-rig.ts'

async function inspect(disk: Disk, folder: string): Promise<{ frames: string[]; reports: SegmentReport[] }> {
  const frames: string[] = []
  const reports: SegmentReport[] = []
  for await (const item of readLane(disk, folder)) {
    if ('frame' in item) frames.push(describeFrame(item.frame))
    else reports.push(item)
  }
  return { frames, reports }
}

async function makeLane(): Promise<{ rig: JournalRig; paths: string[]; lane: string }> {
  const rig = new JournalRig()
  const first = await rig.open()
  for (const entry of [makeEvents('a', 'b'), makeControl('cut')]) await first.append(entry)
  const second = await rig.open()
  for (const entry of [makeEvents('c'), makeEvents('d')]) await second.append(entry)
  return { rig, paths: await rig.listSegments(), lane: second.lane }
}

describe('the inspection of a lane', () => {
  it('shows every frame and sums up every segment', async () => {
    const { rig, lane } = await makeLane()
    const { frames, reports } = await inspect(rig.disk, journalFolder)
    assert.deepEqual(frames, ['0:a,b', '2:cut', '2:c', '3:d'])
    const journalId = reports[0]!.journalId
    assert.match(journalId, /^[0-9a-f]{32}$/)
    assert.deepEqual(reports, [
      {
        name: '00000000-0000000000000000.segment',
        lane,
        journalId,
        basePosition: 0,
        endPosition: 2,
        bytes: 128 + 70 + 64,
        eventFrames: 1,
        controlFrames: 1,
      },
      {
        name: '00000001-0000000000000002.segment',
        lane,
        journalId,
        basePosition: 2,
        endPosition: 4,
        bytes: 128 + 2 * 68,
        eventFrames: 2,
        controlFrames: 0,
      },
    ])
  })

  it('finds the lane from its own folder, the folder of the journal and the data directory', async () => {
    const { rig, lane } = await makeLane()
    for (const folder of [`${journalFolder}/${lane}`, journalFolder, '/data']) {
      assert.equal((await inspect(rig.disk, folder)).frames.length, 4, folder)
    }
    for (const folder of ['/nowhere', '/']) {
      await assert.rejects(inspect(rig.disk, folder), hasCode('POSITION_UNAVAILABLE'))
    }
  })

  it('shows a torn tail and a broken header, and changes nothing', async () => {
    const { rig, paths } = await makeLane()
    await cutFile(rig.disk, paths[1]!, 128 + 68 + 10)
    await rig.flipByte(paths[0]!, 20)
    const used = rig.disk.usedBytes
    const counts = await rig.countOperations(async () => {
      const { frames, reports } = await inspect(rig.disk, journalFolder)
      assert.deepEqual(frames, ['2:c'])
      assert.deepEqual(
        reports.map(({ fault }) => fault),
        ['the header of the segment is broken', '10 bytes at offset 196 are not a whole frame'],
      )
    })
    assert.equal(rig.disk.usedBytes, used)
    for (const operation of ['write', 'truncate', 'removeFile', 'createFile']) {
      assert.equal(counts.get(operation), undefined, operation)
    }
  })
})
