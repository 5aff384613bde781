import type { Insertable, Selectable } from 'kysely'
import type { AccessToken, AuthorizationCode, RefreshToken } from '../oauth/stores.ts'
import { readDetails } from './oauth-json.ts'
import type { AccessTokenRow, AuthorizationCodeRow, RefreshTokenRow } from './tables/oauth.ts'

/** An access token becomes its row. */
export function toAccessRow(token: AccessToken): Insertable<AccessTokenRow> {
  return {
    hash: token.hash,
    client_id: token.clientId,
    credential_id: token.credentialId,
    kind: token.kind,
    scope: token.scope,
    authorization_details: JSON.stringify(token.authorizationDetails),
    grant_ids: [...token.grantIds],
    family_id: token.familyId,
    issued_at: token.issuedAt,
    expires_at: token.expiresAt,
  }
}

/** A row becomes an access token again. */
export function toAccess(row: Selectable<AccessTokenRow>): AccessToken {
  return {
    hash: row.hash,
    clientId: row.client_id,
    credentialId: row.credential_id,
    kind: row.kind,
    scope: row.scope,
    authorizationDetails: readDetails(row.authorization_details),
    grantIds: row.grant_ids,
    familyId: row.family_id,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
  }
}

/** A refresh token becomes its row. */
export function toRefreshRow(token: RefreshToken): Insertable<RefreshTokenRow> {
  return {
    hash: token.hash,
    client_id: token.clientId,
    credential_id: token.credentialId,
    grant_ids: [...token.grantIds],
    family_id: token.familyId,
    issued_at: token.issuedAt,
    expires_at: token.expiresAt,
    used_at: token.usedAt,
  }
}

/** A row becomes a refresh token again. */
export function toRefresh(row: Selectable<RefreshTokenRow>): RefreshToken {
  return {
    hash: row.hash,
    clientId: row.client_id,
    credentialId: row.credential_id,
    grantIds: row.grant_ids,
    familyId: row.family_id,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  }
}

/** An authorization code becomes its row. */
export function toCodeRow(code: AuthorizationCode): Insertable<AuthorizationCodeRow> {
  return {
    hash: code.hash,
    client_id: code.clientId,
    grant_ids: [...code.grantIds],
    redirect_uri: code.redirectUri,
    code_challenge: code.codeChallenge,
    family_id: code.familyId,
    expires_at: code.expiresAt,
    used_at: code.usedAt,
  }
}

/** A row becomes an authorization code again. */
export function toCode(row: Selectable<AuthorizationCodeRow>): AuthorizationCode {
  return {
    hash: row.hash,
    clientId: row.client_id,
    grantIds: row.grant_ids,
    redirectUri: row.redirect_uri,
    codeChallenge: row.code_challenge,
    familyId: row.family_id,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  }
}
