import { OAuthError } from '../errors.ts'
import { scopeIds, scopes } from '../scopes/index.ts'
import type { ScopeGroup } from '../scopes/scope.ts'
import { type ClientAdminDeps, clientAdminToken } from './client-admin-token.ts'
import { type GrantAdminDeps, grantAdminToken } from './grant-admin-token.ts'
import type { GrantType } from './grant-type.ts'
import { type QueryTokenDeps, queryToken } from './query-token.ts'

export type ClientCredentialsDeps = ClientAdminDeps & GrantAdminDeps & QueryTokenDeps

/** RFC 6749 §4.4. What comes of it depends on the client's scopes, which are all of one group. */
export function clientCredentials(deps: ClientCredentialsDeps): GrantType {
  const byGroup: Record<Exclude<ScopeGroup, 'consent'>, GrantType> = {
    client_admin: clientAdminToken(deps),
    grant_admin: grantAdminToken(deps),
    query: queryToken(deps),
  }
  return (parameters, asker) => {
    const [id = ''] = scopeIds(asker.client.scope)
    const group = scopes.get(id)?.group
    if (!group || group === 'consent') {
      throw new OAuthError(
        'unauthorized_client',
        'this client has no scope for client_credentials: use authorization_code, or the client with cds_grant_admin',
      )
    }
    return byGroup[group](parameters, asker)
  }
}
