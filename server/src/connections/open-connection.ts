import { type Clock, openNodeDisk, type RandomSource } from 'hansard-journal'
import type { ConnectionConfig } from '../config/connection-kinds.ts'
import type { Connection } from './connection.ts'
import { openFilesystemConnection } from './filesystem.ts'
import { withBudget } from './layers/budget.ts'
import type { ConnectionMeter } from './layers/meter.ts'
import { withRetry } from './layers/retry.ts'
import { withTimeout } from './layers/timeout.ts'
import { openObjectConnection } from './object-connection.ts'
import type { ObjectStore } from './object-store.ts'

export type ConnectionConfigs = Readonly<Record<string, ConnectionConfig>>

export interface ConnectionSurroundings {
  /** Names who writes; no other process may use the same name. */
  readonly writer: string
  readonly clock: Clock
  readonly random: RandomSource
  readonly meter: ConnectionMeter
}

/** Opens a connection of any kind, in all its layers. Nothing is sent before its first operation. */
export function openConnection(config: ConnectionConfig, around: ConnectionSurroundings): Connection {
  const { clock, random, meter } = around
  const connection = meter.watch(openUnrepeated(config, around))
  return config.type === 'filesystem' ? connection : withRetry(withBudget(connection), clock, random)
}

/** The same without repeats and counts: for who wants to see each failure at once. */
export function openUnrepeated(
  config: ConnectionConfig,
  { writer, clock }: Pick<ConnectionSurroundings, 'writer' | 'clock'>,
): Connection {
  if (config.type === 'filesystem') {
    // No limit of time: what the kernel has begun cannot be called off.
    return openFilesystemConnection({
      root: config.root,
      // Readable for the group: these files are there to be read by others.
      disk: openNodeDisk({ file: 0o640, folder: 0o750 }),
      temporaryName: writer,
    })
  }
  const connection = openObjectConnection({
    prefix: config.prefix,
    conditionalWrites: config.conditionalWrites,
    openStore: () => openStore(config),
  })
  return withTimeout(connection, config.timeout, clock)
}

/** The SDK of a store is loaded when the first connection needs it. */
async function openStore(config: Exclude<ConnectionConfig, { type: 'filesystem' }>): Promise<ObjectStore> {
  switch (config.type) {
    case 's3':
      return (await import('./s3.ts')).openS3Store(config)
    case 'azure-blob':
      return (await import('./azure-blob.ts')).openAzureBlobStore(config)
    case 'gcs':
      return (await import('./gcs.ts')).openGcsStore(config)
  }
}
