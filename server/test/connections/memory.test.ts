import { testConnectionContract } from '../../../test/contract/connection.ts'
import { openMemoryConnection } from '../../src/connections/memory.ts'

testConnectionContract('memory', async () => ({ connection: openMemoryConnection() }))
