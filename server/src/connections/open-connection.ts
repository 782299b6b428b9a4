import { openNodeDisk } from 'hansard-journal'
import type { ConnectionConfig } from '../config/connection-kinds.ts'
import type { Connection } from './connection.ts'
import { openFilesystemConnection } from './filesystem.ts'

export type ConnectionConfigs = Readonly<Record<string, ConnectionConfig>>

/** Opens a connection of any kind. `writer` names who writes; no other process may use the same name. */
export async function openConnection(config: ConnectionConfig, writer: string): Promise<Connection> {
  switch (config.type) {
    case 'filesystem':
      // Readable for the group: these files are there to be read by others.
      return openFilesystemConnection({
        root: config.root,
        disk: openNodeDisk({ file: 0o640, folder: 0o750 }),
        temporaryName: writer,
      })
  }
}
