import type { Clock } from '../../shared/clock.ts'
import type { GrantId } from '../../shared/ids.ts'
import { OAuthError } from '../errors.ts'
import { givesAccess } from '../grant-access.ts'
import type { TokenContents } from '../issue-tokens.ts'
import { scopeIds } from '../scopes/index.ts'
import type { Grant, GrantStore } from '../stores.ts'

/** The grants of a code or refresh token that still give access; none left is `invalid_grant`. */
export async function findOpenGrants(
  grantIds: readonly GrantId[],
  { grants, clock }: { grants: Pick<GrantStore, 'find'>; clock: Clock },
): Promise<Grant[]> {
  const found = await Promise.all(grantIds.map((id) => grants.find(id)))
  const open = found.filter((grant) => grant !== undefined).filter((grant) => givesAccess(grant, clock.now()))
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
