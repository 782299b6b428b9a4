import { z } from 'zod'
import type { ConnectionKind } from './connection-kind.ts'
import { filesystemKind } from './filesystem-kind.ts'

/** Every kind of connection that can be configured. */
const kinds = { filesystem: filesystemKind } as const

export const connectionSchema = z.discriminatedUnion('type', [kinds.filesystem.schema])

/** The options of one connection. */
export type ConnectionConfig = z.output<typeof connectionSchema>

export function kindOf(connection: ConnectionConfig): ConnectionKind<ConnectionConfig> {
  return kinds[connection.type]
}
