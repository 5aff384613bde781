import type { TokenResponse } from '../cds/wire/token.ts'
import type { Clock } from '../shared/clock.ts'
import { newSecret } from '../shared/ids.ts'
import { hashSecret } from '../shared/seal.ts'
import type { AuthenticatedClient } from './authenticate-client.ts'
import type { OauthSettings } from './settings.ts'
import type { AccessKind, AuthorizationDetail, Grant, TokenStore } from './stores.ts'

export interface IssueTokensDeps {
  tokens: Pick<TokenStore, 'keep'>
  clock: Clock
  settings: Pick<OauthSettings, 'accessTokenSeconds'>
}

export interface TokenContents {
  kind: AccessKind
  scope: string
  authorizationDetails: readonly AuthorizationDetail[]
  grants: readonly Grant[]
  /** With a refresh token of this family. */
  familyId?: string
}

/** Makes an access token, and a refresh token where it belongs to a family, keeps their hashes, and answers (RFC 6749 §5.1). */
export async function issueTokens(
  { client, credential }: AuthenticatedClient,
  contents: TokenContents,
  { tokens, clock, settings }: IssueTokensDeps,
): Promise<TokenResponse> {
  const accessToken = newSecret()
  const refreshToken = contents.familyId === undefined ? undefined : newSecret()
  const issuedAt = clock.now()
  const common = { clientId: client.clientId, credentialId: credential.credentialId, issuedAt }
  const grantIds = contents.grants.map(({ grantId }) => grantId)
  await tokens.keep({
    access: {
      ...common,
      hash: hashSecret(accessToken),
      kind: contents.kind,
      scope: contents.scope,
      authorizationDetails: contents.authorizationDetails,
      grantIds,
      familyId: contents.familyId ?? null,
      expiresAt: new Date(issuedAt.getTime() + settings.accessTokenSeconds * 1000),
    },
    ...(refreshToken !== undefined && contents.familyId !== undefined
      ? {
          refresh: {
            ...common,
            hash: hashSecret(refreshToken),
            grantIds,
            familyId: contents.familyId,
            // Spec silent: a refresh token lives as long as its grants.
            expiresAt: null,
            usedAt: null,
          },
        }
      : {}),
  })
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: settings.accessTokenSeconds,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    scope: contents.scope,
    ...(contents.authorizationDetails.length > 0
      ? { authorization_details: [...contents.authorizationDetails] }
      : {}),
    ...(grantIds.length > 0 ? { cds_grant_ids: grantIds } : {}),
  }
}
