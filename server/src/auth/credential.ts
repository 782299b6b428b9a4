/**
 * The key in an `Authorization` header: `Bearer <key>`, or the password of `Basic`, for senders that can do no other;
 * their user name means nothing. Undefined if there is a header, but no key in it.
 */
export function readCredential(authorization: string): string | undefined {
  const space = authorization.indexOf(' ')
  if (space < 0) return undefined
  const scheme = authorization.slice(0, space).toLowerCase()
  const value = authorization.slice(space + 1).trim()
  if (scheme === 'bearer') return value === '' ? undefined : value
  if (scheme !== 'basic') return undefined
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon < 0 || colon === pair.length - 1 ? undefined : pair.slice(colon + 1)
}
