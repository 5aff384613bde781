import { createHash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../shared/clock.ts'
import { hashSecret } from '../../shared/seal.ts'
import { OAuthError } from '../errors.ts'
import { type IssueTokensDeps, issueTokens } from '../issue-tokens.ts'
import { need, type Parameters } from '../parameters.ts'
import type { AuthorizationCode, GrantStore, TokenStore } from '../stores.ts'
import type { GrantType } from './grant-type.ts'
import { findOpenGrants, toTokenScope } from './open-grants.ts'

export interface AuthorizationCodeDeps extends IssueTokensDeps {
  tokens: Pick<TokenStore, 'keep' | 'findCode' | 'useCode' | 'revokeFamily'>
  grants: Pick<GrantStore, 'find'>
  clock: Clock
}

/** RFC 6749 §4.1.3, with PKCE (RFC 7636 §4.6). */
export function authorizationCode(deps: AuthorizationCodeDeps): GrantType {
  return async (parameters, asker) => {
    const hash = hashSecret(need(parameters, 'code'))
    const code = await deps.tokens.findCode(hash)
    if (!code || code.clientId !== asker.client.clientId) throw unknownCode()
    checkRedirectUri(code, parameters)
    checkVerifier(code, parameters)
    const now = deps.clock.now()
    if (!(await deps.tokens.useCode(hash, now))) {
      // RFC 6749 §4.1.2: used twice means stolen; what came of the first use is taken back.
      await deps.tokens.revokeFamily(code.familyId)
      throw unknownCode()
    }
    if (code.expiresAt <= now) throw unknownCode()
    const grants = await findOpenGrants(code.grantIds, deps)
    return issueTokens(
      asker,
      { kind: 'customer_data', ...toTokenScope(grants), familyId: code.familyId },
      deps,
    )
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
