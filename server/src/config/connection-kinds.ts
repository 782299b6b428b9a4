import { z } from 'zod'
import { azureBlobKind } from './azure-blob-kind.ts'
import type { ConnectionKind } from './connection-kind.ts'
import { filesystemKind } from './filesystem-kind.ts'
import { gcsKind } from './gcs-kind.ts'
import { s3Kind } from './s3-kind.ts'

/** Every kind of connection that can be configured. */
const kinds = { filesystem: filesystemKind, s3: s3Kind, 'azure-blob': azureBlobKind, gcs: gcsKind } as const

export const connectionSchema = z.discriminatedUnion('type', [
  kinds.filesystem.schema,
  kinds.s3.schema,
  kinds['azure-blob'].schema,
  kinds.gcs.schema,
])

/** The options of one connection. */
export type ConnectionConfig = z.output<typeof connectionSchema>

export function kindOf(connection: ConnectionConfig): ConnectionKind<ConnectionConfig> {
  return kinds[connection.type] as ConnectionKind<ConnectionConfig>
}
