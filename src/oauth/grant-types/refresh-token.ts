import type { Clock } from '../../shared/clock.ts'
import { hashSecret } from '../../shared/seal.ts'
import { OAuthError } from '../errors.ts'
import {
  type NewTokenDeps,
  newAccessToken,
  newRefreshToken,
  rotates,
  toTokenResponse,
} from '../issue-tokens.ts'
import { findOpenGrants, type OpenGrantsDeps, toTokenScope } from '../open-grants.ts'
import { need, type Parameters } from '../parameters.ts'
import { scopeIds } from '../scopes/index.ts'
import type { TokenStore } from '../stores.ts'
import type { GrantType } from './grant-type.ts'

export interface RefreshTokenDeps extends NewTokenDeps, OpenGrantsDeps {
  tokens: Pick<TokenStore, 'findRefresh' | 'refresh'>
  clock: Clock
}

/**
 * RFC 6749 §6. A client that proves who it is keeps its refresh token: the answer repeats it, so that a lost answer or a repeated
 * request harms nobody. Where tokens rotate, a second use of one ends the family (RFC 9700 §4.14.2).
 */
export function refreshToken(deps: RefreshTokenDeps): GrantType {
  return async (parameters, asker) => {
    const secret = need(parameters, 'refresh_token')
    const hash = hashSecret(secret)
    const token = await deps.tokens.findRefresh(hash)
    if (!token || token.clientId !== asker.client.clientId) throw unknownToken()
    const contents = toTokenScope(await findOpenGrants(token.grantIds, deps))
    checkScope(contents.scope, parameters)
    const { familyId } = token
    const access = newAccessToken(asker, { kind: 'customer_data', ...contents, familyId }, deps)
    const next = rotates(asker.client) ? newRefreshToken(access, familyId) : undefined
    const issued = await deps.tokens.refresh(hash, { access: access.kept, next: next?.kept })
    if (issued === 'refused') throw unknownToken()
    return toTokenResponse(access, next?.secret ?? secret)
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
