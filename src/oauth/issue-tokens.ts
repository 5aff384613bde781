import type { TokenResponse } from '../cds/wire/token.ts'
import type { Clock } from '../shared/clock.ts'
import { newSecret } from '../shared/ids.ts'
import { hashSecret } from '../shared/seal.ts'
import type { AuthenticatedClient } from './authenticate-client.ts'
import { OAuthError } from './errors.ts'
import type { OauthSettings } from './settings.ts'
import type {
  AccessKind,
  AccessToken,
  AuthorizationDetail,
  Client,
  Grant,
  RefreshToken,
  TokenStore,
} from './stores.ts'

export interface NewTokenDeps {
  clock: Clock
  settings: Pick<OauthSettings, 'accessTokenSeconds'>
}

export interface IssueTokensDeps extends NewTokenDeps {
  tokens: Pick<TokenStore, 'keep'>
}

export interface TokenContents {
  kind: AccessKind
  scope: string
  authorizationDetails: readonly AuthorizationDetail[]
  grants: readonly Grant[]
  /** Of the code that it descends from. */
  familyId?: string
}

/** A token in the clear, and what is kept of it. */
export interface New<Token> {
  secret: string
  kept: Token
}

/**
 * Which clients' refresh tokens are replaced at each use: those that cannot prove who they are (RFC 9700 §4.14.2). For the others the
 * secret guards the token, and one that stays survives a lost answer (FAPI 2.0 Security Profile §5.3.2.1).
 */
export function rotates({ tokenEndpointAuthMethod }: Pick<Client, 'tokenEndpointAuthMethod'>): boolean {
  return tokenEndpointAuthMethod === 'none'
}

/** Keeps an access token without a family, and answers (RFC 6749 §5.1). */
export async function issueTokens(
  asker: AuthenticatedClient,
  contents: TokenContents,
  deps: IssueTokensDeps,
): Promise<TokenResponse> {
  const access = newAccessToken(asker, contents, deps)
  if ((await deps.tokens.keep(access.kept)) === 'refused') {
    throw new OAuthError('invalid_grant', 'the client, its secret or the grant has just ended')
  }
  return toTokenResponse(access)
}

/** An access token, not yet kept. */
export function newAccessToken(
  { client, credential }: AuthenticatedClient,
  contents: TokenContents,
  { clock, settings }: NewTokenDeps,
): New<AccessToken> {
  const secret = newSecret()
  const issuedAt = clock.now()
  return {
    secret,
    kept: {
      hash: hashSecret(secret),
      clientId: client.clientId,
      credentialId: credential.credentialId,
      kind: contents.kind,
      scope: contents.scope,
      authorizationDetails: contents.authorizationDetails,
      grantIds: contents.grants.map(({ grantId }) => grantId),
      familyId: contents.familyId ?? null,
      issuedAt,
      expiresAt: new Date(issuedAt.getTime() + settings.accessTokenSeconds * 1000),
    },
  }
}

/** A refresh token beside an access token of the same family, not yet kept. */
export function newRefreshToken(
  { kept: { clientId, credentialId, grantIds, issuedAt } }: New<AccessToken>,
  familyId: string,
): New<RefreshToken> {
  const secret = newSecret()
  const common = { clientId, credentialId, grantIds, familyId, issuedAt }
  // Spec silent: a refresh token lives as long as its grants.
  return { secret, kept: { ...common, hash: hashSecret(secret), expiresAt: null, usedAt: null } }
}

/** What the token endpoint answers, RFC 6749 §5.1. */
export function toTokenResponse(access: New<AccessToken>, refreshToken?: string): TokenResponse {
  const { scope, authorizationDetails, grantIds, issuedAt, expiresAt } = access.kept
  return {
    access_token: access.secret,
    token_type: 'Bearer',
    expires_in: (expiresAt.getTime() - issuedAt.getTime()) / 1000,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    scope,
    ...(authorizationDetails.length > 0 ? { authorization_details: [...authorizationDetails] } : {}),
    ...(grantIds.length > 0 ? { cds_grant_ids: [...grantIds] } : {}),
  }
}
