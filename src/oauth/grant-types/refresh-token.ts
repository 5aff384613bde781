import type { Clock } from '../../shared/clock.ts'
import { hashSecret } from '../../shared/seal.ts'
import { OAuthError } from '../errors.ts'
import { type IssueTokensDeps, issueTokens } from '../issue-tokens.ts'
import { need, type Parameters } from '../parameters.ts'
import { scopeIds } from '../scopes/index.ts'
import type { GrantStore, TokenStore } from '../stores.ts'
import type { GrantType } from './grant-type.ts'
import { findOpenGrants, toTokenScope } from './open-grants.ts'

export interface RefreshTokenDeps extends IssueTokensDeps {
  tokens: Pick<TokenStore, 'keep' | 'findRefresh' | 'useRefresh' | 'revokeFamily'>
  grants: Pick<GrantStore, 'find'>
  clock: Clock
}

/** RFC 6749 §6. Each refresh token works once; a second use ends its whole family (RFC 9700 §4.14.2). */
export function refreshToken(deps: RefreshTokenDeps): GrantType {
  return async (parameters, asker) => {
    const hash = hashSecret(need(parameters, 'refresh_token'))
    const token = await deps.tokens.findRefresh(hash)
    const now = deps.clock.now()
    if (!token || token.clientId !== asker.client.clientId) throw unknownToken()
    if (token.expiresAt && token.expiresAt <= now) throw unknownToken()
    const grants = await findOpenGrants(token.grantIds, deps)
    checkScope(toTokenScope(grants).scope, parameters)
    if (!(await deps.tokens.useRefresh(hash, now))) {
      await deps.tokens.revokeFamily(token.familyId)
      throw unknownToken()
    }
    return issueTokens(
      asker,
      { kind: 'customer_data', ...toTokenScope(grants), familyId: token.familyId },
      deps,
    )
  }
}

function unknownToken(): OAuthError {
  return new OAuthError('invalid_grant', 'the refresh token is unknown, used, expired or of another client')
}

/** RFC 6749 §6: nothing beyond the grant. Spec silent on less: tokens of ours always carry the whole grant, so we refuse it. */
function checkScope(granted: string, { scope }: Parameters): void {
  if (scope === undefined) return
  const asked = new Set(scopeIds(scope))
  if (asked.symmetricDifference(new Set(scopeIds(granted))).size === 0) return
  throw new OAuthError('invalid_scope', `leave scope out, or send that of the grant: ${granted}`)
}
