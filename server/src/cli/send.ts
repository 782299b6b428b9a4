import { stat } from 'node:fs/promises'
import { Command } from 'commander'
import { openNodeDisk, systemClock, systemRandom } from 'hansard-journal'
import { HansardError } from 'hansard-protocol'
import { openHttpPoster } from './sender/http-poster.ts'
import { keyOption, parseKeyFile, readKeyHeaders } from './sender/key-option.ts'
import { listenForStop } from './sender/listen-for-stop.ts'
import { makeCountParser, parseLabel, parseSeconds, parseServerUrl } from './sender/option-values.ts'
import { openRefusedFile } from './sender/refused-file.ts'
import { openSendDisplay, type SendProgress } from './sender/send-display.ts'
import {
  type SendDoors,
  type SendOptions,
  type SendResult,
  sendFile,
  sendStream,
} from './sender/send-input.ts'
import { describeSendResult, findExitCode } from './sender/send-report.ts'

const helpText = `
Each line of a file is one event, a JSON object. With --wrapped each line brings its own topic:
  {"topic":"generic","routingKey":"node-3","event":{"msgType":"login"}}

A file that was not sent to its end goes on where it stopped when the same command is given again. How far it
is stands in <file>.hansard-send.json beside it. No event is stored twice, even when an answer was lost: the
server knows each event by its sender and number. A file that grew is sent from its old end. stdin cannot go on:
what was not sent when the command stopped must be sent again, and is then stored again.

When the server cannot be reached or is busy, the command waits and repeats until it succeeds.

Examples:
  $ hansard send --topic generic audit.log
  $ hansard send --topic apinode-query --routing-key churn queries-*.ndjson
  $ hansard send --wrapped --skip-refused refused.ndjson events.ndjson
  $ gunzip -c audit.log.gz | hansard send --topic generic

Exit codes:
  0  every event is acknowledged
  1  a file could not be read or written, or another error
  2  the command line is not valid, or the file is not the one that was begun
  3  the server refused events for good (with --skip-refused: they were kept, all others are acknowledged)
  4  the server could not be reached before --give-up-after was over
  130  stopped by Ctrl-C; a file goes on with the same command`

interface SendFlags {
  readonly topic?: string
  readonly routingKey?: string
  readonly wrapped?: true
  readonly url: URL
  readonly key?: string
  readonly batchEvents: number
  readonly concurrency: number
  readonly giveUpAfter?: number
  readonly skipRefused?: string
  readonly stateFolder?: string
  readonly again?: true
  readonly json?: true
}

/** `hansard send`: posts events from files or stdin. */
export function makeSendCommand(): Command {
  return new Command('send')
    .description('send events from files, or from stdin, to a server')
    .argument('[files...]', 'files with one event a line; none: stdin')
    .option('--topic <topic>', 'topic of all events', parseLabel)
    .option('--routing-key <key>', 'routing key of all events', parseLabel)
    .option('--wrapped', 'each line is a wrapper with topic, routing key and event')
    .option('--url <url>', 'address of the server', parseServerUrl, new URL('http://127.0.0.1:9999'))
    .option(...keyOption, parseKeyFile)
    .option('--batch-events <count>', 'events in one request, at most', makeCountParser(1, 10_000), 1_000)
    .option('--concurrency <count>', 'requests under way at once', makeCountParser(1, 64), 4)
    .option('--give-up-after <seconds>', 'how long to repeat a request; default: for ever', parseSeconds)
    .option('--skip-refused <file>', 'write refused events with the reason to this file, and go on')
    .option('--state-folder <folder>', 'keep the state files in this folder, not beside the files')
    .option('--again', 'send files from their start, also those that were sent before')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', helpText)
    .action(async (files: string[], flags: SendFlags, command: Command) => {
      checkFlags(files, flags, command)
      try {
        const results = await send(files, flags)
        const summary = results.map((result) => describeSendResult(result, flags.skipRefused)).join('\n')
        console.log(flags.json ? JSON.stringify({ url: flags.url, inputs: results }, undefined, 2) : summary)
        process.exitCode = findExitCode(results)
      } catch (error) {
        if (!(error instanceof HansardError)) throw error
        process.stderr.write(`hansard send: ${error.message}\n`)
        process.exitCode = error.code === 'USAGE' ? 2 : 1
      }
    })
}

function checkFlags(files: readonly string[], flags: SendFlags, command: Command): void {
  const refuse = (message: string): never => command.error(`error: ${message}`, { exitCode: 2 })
  if (flags.wrapped && (flags.topic ?? flags.routingKey) !== undefined) {
    refuse('give either --wrapped or --topic (with --routing-key), not both')
  }
  if (!flags.wrapped && flags.topic === undefined) {
    refuse('the topic is missing: give --topic, or --wrapped if each line brings its own')
  }
  if (files.length === 0 && process.stdin.isTTY) {
    refuse('there is nothing to send: name files, or pipe events to stdin')
  }
}

async function send(files: readonly string[], flags: SendFlags): Promise<SendResult[]> {
  const options: SendOptions = {
    ...flags,
    batchEventsMax: flags.batchEvents,
    giveUpAfterMs: flags.giveUpAfter === undefined ? undefined : flags.giveUpAfter * 1000,
    again: flags.again === true,
  }
  const headers = await readKeyHeaders(flags.key)
  const isStream = files.length === 0
  const progress: SendProgress = { doneBytes: 0, acknowledged: 0, refused: 0, trouble: undefined }
  const totalBytes = isStream ? undefined : await sumSizes(files)
  const stopping = listenForStop('Waiting for the answers that are under way.')
  const poster = openHttpPoster({
    url: flags.url,
    timeoutMs: 30_000,
    headers,
  })
  const refusedFile = flags.skipRefused === undefined ? undefined : openRefusedFile(flags.skipRefused)
  const display = openSendDisplay(progress, totalBytes)
  let sentBefore = 0
  const doors: SendDoors = {
    clock: systemClock,
    random: systemRandom,
    disk: openNodeDisk(),
    poster,
    refusedFile,
    stop: stopping.stop,
    onProgress: (place, { acknowledged, refused }) => {
      progress.doneBytes = sentBefore + place.bytes
      progress.acknowledged += acknowledged
      progress.refused += refused
      progress.trouble = undefined
    },
    onTrouble: ({ reason }) => {
      progress.trouble = reason
    },
  }
  try {
    if (isStream) {
      const result = await sendStream(process.stdin, options, doors)
      // Whoever writes to a stopped command learns it at once.
      process.stdin.destroy()
      return [result]
    }
    const results: SendResult[] = []
    for (const file of files) {
      const result = await sendFile(file, options, doors)
      results.push(result)
      if (result.stop !== undefined) break
      sentBefore += result.place.bytes
    }
    return results
  } finally {
    display.close()
    stopping.close()
    poster.close()
    await refusedFile?.close()
  }
}

async function sumSizes(files: readonly string[]): Promise<number> {
  // A file that cannot be read is reported when its turn comes.
  const sizes = files.map((file) =>
    stat(file).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
