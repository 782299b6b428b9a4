import type { PermissionAdvice } from './connection-kind.ts'

/** What of the options decides about rights. */
export interface AzureBlobAccess {
  readonly container: string
  readonly prefix: string
  readonly conditionalWrites: boolean
  readonly credentials: { readonly type: string }
}

type Right = 'write' | 'read' | 'delete'

const blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs'

/** Commands of the Azure CLI, ready to be copied; words in capitals are not known here. */
export function describeAzureBlobPermissions(access: AzureBlobAccess, account = 'ACCOUNT'): PermissionAdvice {
  const describe = (name: string, ...rights: Right[]): string => {
    switch (access.credentials.type) {
      case 'account-key':
      case 'connection-string':
        return '# A key of the account may do everything there. To allow less, use another type of credentials.'
      case 'sas':
        return printSignature(access, account, rights)
      default:
        return printRole(access, account, `Hansard ${name} of ${access.container} in ${account}`, rights)
    }
  }
  return {
    // Whoever cannot ask the store not to overwrite has to look first.
    write: access.conditionalWrites ? describe('writer', 'write') : describe('writer', 'write', 'read'),
    readAndWrite: describe('reader and writer', 'write', 'read', 'delete'),
  }
}

/** The letters must stand in the order that Azure wants. */
function printSignature({ container }: AzureBlobAccess, account: string, rights: readonly Right[]): string {
  const letters = [
    ...(rights.includes('read') ? ['r'] : []),
    'w',
    ...(rights.includes('delete') ? ['d'] : []),
    ...(rights.includes('read') ? ['l'] : []),
  ].join('')
  return [
    '# EXPIRY is yours, such as 2030-01-01. A signature of a container cannot be kept to a prefix.',
    `az storage container generate-sas --account-name ${account} --name ${container} \\`,
    `  --permissions ${letters} --expiry EXPIRY --https-only`,
  ].join('\n')
}

function printRole(access: AzureBlobAccess, account: string, name: string, rights: readonly Right[]): string {
  const group = '/subscriptions/SUBSCRIPTION/resourceGroups/GROUP'
  const role = {
    Name: name,
    Description: `What Hansard does in the container ${access.container}.`,
    IsCustom: true,
    Actions: [],
    DataActions: rights.map((right) => `${blobs}/${right}`),
    AssignableScopes: [group],
  }
  const scope = `${group}/providers/Microsoft.Storage/storageAccounts/${account}/blobServices/default/containers/${access.container}`
  const condition = makeCondition(access.prefix, rights)
  const option =
    condition === undefined ? '' : ` \\\n  --condition-version 2.0 --condition ${quote(condition)}`
  return [
    '# SUBSCRIPTION, GROUP and IDENTITY are yours.',
    `az role definition create --role-definition ${quote(JSON.stringify(role, null, 2))}`,
    `az role assignment create --assignee IDENTITY --role ${quote(name)} \\`,
    `  --scope ${scope}${option}`,
  ].join('\n')
}

/** Keeps a role to the prefix. */
function makeCondition(prefix: string, rights: readonly Right[]): string | undefined {
  const names = prefix.split('/').filter((name) => name !== '')
  if (names.length === 0) return undefined
  const folder = `'${names.join('/').replaceAll("'", "\\'")}/'`
  const inFolder = `@Resource[${blobs}:path] StringStartsWith ${folder}`
  const isList = "SubOperationMatches{'Blob.List'}"
  return rights
    .flatMap((right) => {
      const isAction = `ActionMatches{'${blobs}/${right}'}`
      if (right !== 'read') return [`(!(${isAction}) OR ${inFolder})`]
      return [
        `(!(${isAction} AND NOT ${isList}) OR ${inFolder})`,
        `(!(${isAction} AND ${isList}) OR @Request[${blobs}:prefix] StringStartsWith ${folder})`,
      ]
    })
    .join(' AND ')
}

/** For a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
