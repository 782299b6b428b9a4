import type { KeyRecord } from '../auth/key-record.ts'
import type { OwnAudit } from './own-audit.ts'

/** Tells the own audit what was done to the keys between two looks at their file. */
export function noteKeyChanges(own: OwnAudit, before: readonly KeyRecord[], now: readonly KeyRecord[]): void {
  const old = new Map(before.map((record) => [record.name, record]))
  for (const record of now) {
    const earlier = old.get(record.name)
    old.delete(record.name)
    if (earlier === undefined) noteNew(own, record)
    else noteChange(own, earlier, record)
  }
  for (const key of old.keys()) own.note('hansard-key-changed', { key, change: 'removed' })
}

function noteNew(
  own: OwnAudit,
  { name, topics, routingKeys, networks, expiresAt, secrets }: KeyRecord,
): void {
  const { id, scheme } = secrets.at(-1)!
  own.note(scheme === 'sha256' ? 'hansard-key-created' : 'hansard-key-imported', {
    ...{ key: name, secretId: id, topics, routingKeys, networks, expiresAt },
  })
}

function noteChange(own: OwnAudit, before: KeyRecord, now: KeyRecord): void {
  const { name: key, secrets, revokedAt } = now
  const newest = secrets.at(-1)!
  const isRotated = newest.id !== before.secrets.at(-1)!.id
  const isRevoked = revokedAt !== null && before.revokedAt === null
  if (isRotated) {
    const replaced = secrets.find(({ id }) => id === before.secrets.at(-1)!.id)
    own.note('hansard-key-rotated', { key, secretId: newest.id, oldSecretEndsAt: replaced?.endsAt ?? null })
  }
  if (isRevoked) own.note('hansard-key-revoked', { key, revokedAt })
  const isExplained =
    JSON.stringify({ ...before, secrets: [], revokedAt: null }) ===
    JSON.stringify({ ...now, secrets: [], revokedAt: null })
  const isUnrevoked = revokedAt !== before.revokedAt && !isRevoked
  const hasOtherSecrets = !isRotated && JSON.stringify(secrets) !== JSON.stringify(before.secrets)
  if (!isExplained || isUnrevoked || hasOtherSecrets) {
    own.note('hansard-key-changed', { key, change: 'edited' })
  }
}
