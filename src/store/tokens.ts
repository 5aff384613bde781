import { type Insertable, type Selectable, sql } from 'kysely'
import type { AccessToken, AuthorizationCode, RefreshToken, TokenStore } from '../oauth/stores.ts'
import type { Database } from './database.ts'
import { readDetails } from './oauth-json.ts'
import type { AccessTokenRow, AuthorizationCodeRow, RefreshTokenRow } from './tables/oauth.ts'

/** Access tokens, refresh tokens and codes in PostgreSQL: hashes only. */
export function tokenStore(database: Database): TokenStore {
  const deleteWhere = (column: 'family_id' | 'credential_id' | 'client_id', value: string): Promise<void> =>
    database.transaction().execute(async (transaction) => {
      for (const table of ['access_tokens', 'refresh_tokens'] as const) {
        const query = transaction.deleteFrom(table)
        await query.where(sql<boolean>`${sql.ref(column)} = ${value}`).execute()
      }
    })

  return {
    keep: ({ access, refresh }) =>
      database.transaction().execute(async (transaction) => {
        await transaction.insertInto('access_tokens').values(toAccessRow(access)).execute()
        if (refresh) await transaction.insertInto('refresh_tokens').values(toRefreshRow(refresh)).execute()
      }),

    async findAccess(hash) {
      const query = database.selectFrom('access_tokens').selectAll().where('hash', '=', hash)
      const row = await query.executeTakeFirst()
      return row && toAccess(row)
    },

    async findRefresh(hash) {
      const query = database.selectFrom('refresh_tokens').selectAll().where('hash', '=', hash)
      const row = await query.executeTakeFirst()
      return row && toRefresh(row)
    },

    async useRefresh(hash, at) {
      const unused = database.updateTable('refresh_tokens').set({ used_at: at }).where('used_at', 'is', null)
      const { numUpdatedRows } = await unused.where('hash', '=', hash).executeTakeFirstOrThrow()
      return numUpdatedRows === 1n
    },

    async findCode(hash) {
      const query = database.selectFrom('authorization_codes').selectAll().where('hash', '=', hash)
      const row = await query.executeTakeFirst()
      return row && toCode(row)
    },

    async useCode(hash, at) {
      const unused = database.updateTable('authorization_codes').set({ used_at: at })
      const query = unused.where('used_at', 'is', null).where('hash', '=', hash)
      const { numUpdatedRows } = await query.executeTakeFirstOrThrow()
      return numUpdatedRows === 1n
    },

    async revokeAccess(hash) {
      await database.deleteFrom('access_tokens').where('hash', '=', hash).execute()
    },

    revokeFamily: (familyId) => deleteWhere('family_id', familyId),
    revokeByCredential: (credentialId) => deleteWhere('credential_id', credentialId),
    revokeByClient: (clientId) => deleteWhere('client_id', clientId),
  }
}

function toAccessRow(token: AccessToken): Insertable<AccessTokenRow> {
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

function toAccess(row: Selectable<AccessTokenRow>): AccessToken {
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

function toRefreshRow(token: RefreshToken): Insertable<RefreshTokenRow> {
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

function toRefresh(row: Selectable<RefreshTokenRow>): RefreshToken {
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

function toCode(row: Selectable<AuthorizationCodeRow>): AuthorizationCode {
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
