import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { HansardError } from 'hansard-protocol'

const headBytesMax = 4096

/** What tells whether a file is the one that was begun. */
export interface InputIdentity {
  /** Bytes of the file when its sending began. */
  readonly size: number
  readonly inode: string
  /** SHA-256 in hex of the first `headBytes` bytes: 4 KiB, or less when the file was shorter. */
  readonly headSha256: string
  readonly headBytes: number
}

/**
 * Reads the identity of a file as it is now.
 * @param headBytes how many bytes to hash, as an earlier identity says
 * @throws LOCAL_FILE_UNUSABLE if the file cannot be read, is no file, or is compressed
 */
export async function readInputIdentity(path: string, headBytes?: number): Promise<InputIdentity> {
  try {
    const file = await open(path, 'r')
    try {
      const { size, ino, isFile } = await file.stat({ bigint: true }).then((stat) => ({
        size: Number(stat.size),
        ino: String(stat.ino),
        isFile: stat.isFile(),
      }))
      if (!isFile)
        throw new HansardError(
          'LOCAL_FILE_UNUSABLE',
          `${path} is not a file. Give a file, or pipe it to stdin.`,
        )
      const head = Buffer.alloc(Math.min(headBytes ?? headBytesMax, size))
      await file.read(head, 0, head.length, 0)
      if (head[0] === 0x1f && head[1] === 0x8b) {
        throw new HansardError(
          'LOCAL_FILE_UNUSABLE',
          `${path} is compressed. Send it with: gunzip -c '${path}' | hansard send`,
        )
      }
      const headSha256 = createHash('sha256').update(head).digest('hex')
      return { size, inode: ino, headSha256, headBytes: head.length }
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (cause instanceof HansardError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new HansardError('LOCAL_FILE_UNUSABLE', `The file ${path} cannot be read: ${reason}.`, { cause })
  }
}
