// Runs the built package on the Node that runs this file: `npm run build && node dispatcher/test/smoke.mjs`.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as zlib from 'node:zlib'
import { openDispatcher } from 'hansard-dispatcher'

const unpack = { gzip: zlib.gunzipSync, zstd: zlib.zstdDecompressSync }
const received = []
const encodings = new Set()
const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const encoding = request.headers['content-encoding']
    const bytes = Buffer.concat(chunks)
    const lines = (unpack[encoding]?.(bytes) ?? bytes).toString().trimEnd().split('\n')
    encodings.add(encoding)
    const first = Number(request.headers['event-sequence'])
    for (const [index, line] of lines.entries()) received[first + index] = line
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ accepted: lines.length, lane: 'smoketst', position: first }))
  })
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const folder = await mkdtemp(join(tmpdir(), 'hansard-smoke-'))
try {
  const dispatcher = await openDispatcher({
    instance: 'smoke',
    spoolDir: join(folder, 'spool'),
    targets: [
      { type: 'event-server', url: `http://127.0.0.1:${server.address().port}` },
      { type: 'file', path: join(folder, 'audit.log') },
    ],
  })
  for (let n = 0; n < 1000; n++) {
    const result = dispatcher.emit({ topic: 'generic', routingKey: n % 2 ? 'odd' : null, message: { n } })
    assert.deepEqual(result, { outcome: 'accepted' })
  }
  assert.deepEqual(await dispatcher.close(20_000), { isComplete: true, waiting: {} })
  assert.equal(received.length, 1000)
  assert.equal(received[7], '{"topic":"generic","routingKey":"odd","event":{"n":7}}')
  const lines = (await readFile(join(folder, 'audit.log'), 'utf8')).trimEnd().split('\n')
  assert.equal(lines.length, 1000)
  assert.deepEqual(JSON.parse(lines[7]).message, { n: 7 })
  console.log(`hansard-dispatcher works on Node ${process.version}, with ${[...encodings].join(' and ')}.`)
} finally {
  server.close()
  server.closeAllConnections()
  await rm(folder, { recursive: true })
}
