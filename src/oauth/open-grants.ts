import type { Clock } from '../shared/clock.ts'
import { distinct } from '../shared/distinct.ts'
import type { GrantId } from '../shared/ids.ts'
import { OAuthError } from './errors.ts'
import { opens } from './grant-access.ts'
import type { TokenContents } from './issue-tokens.ts'
import { scopeIds } from './scopes/index.ts'
import type { ClientStore, Grant, GrantStore } from './stores.ts'

export interface OpenGrantsDeps {
  clients: Pick<ClientStore, 'find'>
  grants: Pick<GrantStore, 'find'>
  clock: Clock
}

/** Of the grants of a token or code, those that it opens now. */
export async function listOpenGrants(grantIds: readonly GrantId[], deps: OpenGrantsDeps): Promise<Grant[]> {
  const found = await Promise.all(grantIds.map((id) => deps.grants.find(id)))
  const grants = found.filter((grant) => grant !== undefined)
  const owners = distinct(grants.map(({ clientId }) => clientId))
  const clients = await Promise.all(owners.map((id) => deps.clients.find(id)))
  const now = deps.clock.now()
  return grants.filter((grant) => opens(grant, clients[owners.indexOf(grant.clientId)], now))
}

/** As `listOpenGrants`; none left is `invalid_grant`. */
export async function findOpenGrants(grantIds: readonly GrantId[], deps: OpenGrantsDeps): Promise<Grant[]> {
  const open = await listOpenGrants(grantIds, deps)
  if (open.length === 0) throw new OAuthError('invalid_grant', 'the grant has ended')
  return open
}

/** What a token for these grants says of itself. */
export function toTokenScope(
  grants: readonly Grant[],
): Pick<TokenContents, 'scope' | 'authorizationDetails' | 'grants'> {
  return {
    scope: scopeIds(grants.map(({ scope }) => scope).join(' ')).join(' '),
    authorizationDetails: grants.flatMap(({ authorizationDetails }) => authorizationDetails),
    grants,
  }
}
