import { createHash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../shared/clock.ts'
import { hashSecret } from '../../shared/seal.ts'
import { OAuthError } from '../errors.ts'
import { type NewTokenDeps, newAccessToken, newRefreshToken, toTokenResponse } from '../issue-tokens.ts'
import { findOpenGrants, type OpenGrantsDeps, toTokenScope } from '../open-grants.ts'
import { need, type Parameters } from '../parameters.ts'
import type { AuthorizationCode, TokenStore } from '../stores.ts'
import type { GrantType } from './grant-type.ts'

export interface AuthorizationCodeDeps extends NewTokenDeps, OpenGrantsDeps {
  tokens: Pick<TokenStore, 'findCode' | 'redeemCode' | 'endFamily'>
  clock: Clock
}

/** RFC 6749 §4.1.3, with PKCE (RFC 7636 §4.6). Used twice means stolen: what came of the first use is taken back (RFC 6749 §4.1.2). */
export function authorizationCode(deps: AuthorizationCodeDeps): GrantType {
  return async (parameters, asker) => {
    const hash = hashSecret(need(parameters, 'code'))
    const code = await deps.tokens.findCode(hash)
    if (!code || code.clientId !== asker.client.clientId) throw unknownCode()
    checkRedirectUri(code, parameters)
    checkVerifier(code, parameters)
    if (code.usedAt !== null) {
      await deps.tokens.endFamily(code.familyId, deps.clock.now())
      throw unknownCode()
    }
    const contents = toTokenScope(await findOpenGrants(code.grantIds, deps))
    const { familyId } = code
    const access = newAccessToken(asker, { kind: 'customer_data', ...contents, familyId }, deps)
    const refresh = newRefreshToken(access, familyId)
    // Of two at once, both unused until here, the second one ends the family in there.
    const made = { access: access.kept, refresh: refresh.kept }
    if ((await deps.tokens.redeemCode(hash, made)) === 'refused') throw unknownCode()
    return toTokenResponse(access, refresh.secret)
  }
}

function unknownCode(): OAuthError {
  return new OAuthError('invalid_grant', 'the code is unknown, used, expired or of another client')
}

/** RFC 6749 §4.1.3: the same `redirect_uri` as in the authorization request, if that named one. */
function checkRedirectUri(code: AuthorizationCode, parameters: Parameters): void {
  const given = parameters.redirect_uri ?? null
  if (given === code.redirectUri) return
  throw new OAuthError('invalid_grant', 'redirect_uri is not the one of the authorization request')
}

/** RFC 7636 §4.6; a verifier without a challenge is refused too (RFC 9700 §4.8.2, downgrade). */
function checkVerifier({ codeChallenge }: AuthorizationCode, parameters: Parameters): void {
  const verifier = parameters.code_verifier
  if (codeChallenge === null && verifier === undefined) return
  const made = createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url')
  const matches =
    codeChallenge?.length === made.length && timingSafeEqual(Buffer.from(made), Buffer.from(codeChallenge))
  if (verifier === undefined || !matches) {
    throw new OAuthError('invalid_grant', 'code_verifier does not match the code_challenge')
  }
}
