import { HansardError } from 'hansard-protocol'

const bytesMax = 300
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const control = /[\u0000-\u001f\u007f-\u009f]/

/**
 * A path within a connection in its one spelling: empty, or folders joined by `/` without a slash at either
 * end. Slashes at the ends and double ones mean nothing.
 *
 * @throws CONFIG_INVALID
 */
export function parsePath(text: string): string {
  const refuse = (reason: string): never => {
    throw new HansardError('CONFIG_INVALID', `The path ${JSON.stringify(text)} ${reason}`)
  }
  if (control.test(text)) refuse('holds a control character. Remove it.')
  if (!text.isWellFormed()) refuse('holds half of a surrogate pair. Remove it.')
  if (text.includes('\\')) refuse('holds a `\\`. Separate folders by `/`.')
  const folders = text.split('/').filter((folder) => folder !== '')
  for (const folder of folders) {
    if (folder === '.' || folder === '..') {
      refuse(`holds the folder \`${folder}\`. Write the path from the root of the connection.`)
    }
    if (folder.toLowerCase() === '_hansard') {
      refuse('holds the folder `_hansard`, which Hansard keeps for itself. Take another name.')
    }
    if (Buffer.byteLength(folder) > 255) refuse('holds a folder name of more than 255 bytes. Shorten it.')
  }
  const path = folders.join('/')
  if (Buffer.byteLength(path) > bytesMax) refuse(`is longer than ${bytesMax} bytes. Shorten it.`)
  return path
}
