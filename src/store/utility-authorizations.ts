import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Branded, UtilityAuthorizationId } from '../shared/ids.ts'
import { type SealKeys, seal, unseal } from '../shared/seal.ts'
import type {
  HeldTokens,
  NewUtilityAuthorization,
  UtilityAuthorization,
  UtilityAuthorizationStore,
} from '../upstream/stores.ts'
import type { TokenSet } from '../upstream/token-set.ts'
import type { Database } from './database.ts'
import type { UtilityAuthorizationRow } from './tables/utility-authorizations.ts'

type Row = Selectable<UtilityAuthorizationRow>

/** What the store needs beside the database. */
export interface UtilityAuthorizationStoreDeps {
  newId(kind: 'utilityAuthorization'): UtilityAuthorizationId
  sealKeys: SealKeys
}

/** Authorizations at utilities, in PostgreSQL. A row's lock is what makes one process at a time renew its tokens. */
export function utilityAuthorizationStore(
  database: Database,
  { newId, sealKeys }: UtilityAuthorizationStoreDeps,
): UtilityAuthorizationStore {
  const byId = (id: UtilityAuthorizationId) =>
    database.selectFrom('utility_authorizations').selectAll().where('id', '=', id)
  const change = async (id: UtilityAuthorizationId, values: Updateable<UtilityAuthorizationRow>) => {
    await database.updateTable('utility_authorizations').set(values).where('id', '=', id).execute()
  }

  return {
    async create(input, at) {
      const row = newRow(newId('utilityAuthorization'), input, sealKeys, at)
      const query = database.insertInto('utility_authorizations').values(row).returningAll()
      return toAuthorization(await query.executeTakeFirstOrThrow())
    },

    async find(id) {
      const row = await byId(id).executeTakeFirst()
      return row && toAuthorization(row)
    },

    async listActive(utilityId) {
      const query = database.selectFrom('utility_authorizations').selectAll()
      const active = query.where('utility_id', '=', utilityId).where('status', '=', 'active')
      return (await active.orderBy('created_at').orderBy('id').execute()).map(toAuthorization)
    },

    withTokens: (id, renew, at) =>
      database.transaction().execute(async (transaction) => {
        const query = transaction.selectFrom('utility_authorizations').selectAll().where('id', '=', id)
        const row = await query.forUpdate().executeTakeFirst()
        const held = row && openTokens(row, sealKeys)
        if (!row || !held) return undefined
        const renewed = await renew(held, toAuthorization(row))
        if (!renewed) return held
        await transaction
          .updateTable('utility_authorizations')
          .set({ ...renewedColumns(id, row, renewed, sealKeys), modified_at: at })
          .where('id', '=', id)
          .execute()
        return {
          accessToken: renewed.accessToken,
          accessTokenExpiresAt: renewed.expiresAt,
          refreshToken: renewed.refreshToken ?? held.refreshToken,
        }
      }),

    keepCustomerResourceUri: (id, uri, at) => change(id, { customer_resource_uri: uri, modified_at: at }),

    withdraw: (id, at) =>
      change(id, {
        status: 'withdrawn',
        access_token_sealed: null,
        access_token_expires_at: null,
        refresh_token_sealed: null,
        modified_at: at,
      }),
  }
}

function newRow(
  id: UtilityAuthorizationId,
  { utilityId, environment, tokens, customerRef }: NewUtilityAuthorization,
  sealKeys: SealKeys,
  at: Date,
): Insertable<UtilityAuthorizationRow> {
  return {
    id,
    utility_id: utilityId,
    environment,
    status: 'active',
    customer_ref: customerRef ?? null,
    resource_uri: tokens.resourceUri,
    authorization_uri: tokens.authorizationUri,
    customer_resource_uri: tokens.customerResourceUri,
    ...tokenColumns(id, tokens, sealKeys),
    created_at: at,
    modified_at: at,
  }
}

function tokenColumns(id: UtilityAuthorizationId, tokens: TokenSet, sealKeys: SealKeys) {
  return {
    scope: tokens.scope,
    access_token_sealed: seal(tokens.accessToken, purpose('access_token', id), sealKeys),
    access_token_expires_at: tokens.expiresAt,
    refresh_token_sealed:
      tokens.refreshToken === null ? null : seal(tokens.refreshToken, purpose('refresh_token', id), sealKeys),
  }
}

/** RFC 6749 §6: a refresh may leave out the refresh token and the scope; then the old ones stay. The URLs alike. */
function renewedColumns(id: UtilityAuthorizationId, row: Row, renewed: TokenSet, sealKeys: SealKeys) {
  const columns = tokenColumns(id, renewed, sealKeys)
  return {
    ...columns,
    refresh_token_sealed: columns.refresh_token_sealed ?? row.refresh_token_sealed,
    resource_uri: renewed.resourceUri ?? row.resource_uri,
    authorization_uri: renewed.authorizationUri ?? row.authorization_uri,
    customer_resource_uri: renewed.customerResourceUri ?? row.customer_resource_uri,
  }
}

function openTokens(row: Row, sealKeys: SealKeys): HeldTokens | undefined {
  if (row.status !== 'active' || !row.access_token_sealed) return undefined
  const open = (sealed: Buffer, what: string) => unseal(sealed, purpose(what, row.id), sealKeys).toString()
  return {
    accessToken: open(row.access_token_sealed, 'access_token'),
    accessTokenExpiresAt: row.access_token_expires_at,
    refreshToken: row.refresh_token_sealed && open(row.refresh_token_sealed, 'refresh_token'),
  }
}

/** What tokens are sealed for. The id is part of it: a token moved to another row does not open there. */
export function purpose(what: string, id: string): string {
  return `utility_authorizations.${what}:${id}`
}

function toAuthorization(row: Row): UtilityAuthorization {
  return {
    id: row.id as Branded<'utilityAuthorization'>,
    utilityId: row.utility_id,
    environment: row.environment,
    status: row.status,
    scope: row.scope,
    resourceUri: row.resource_uri,
    authorizationUri: row.authorization_uri,
    customerResourceUri: row.customer_resource_uri,
    customerRef: row.customer_ref,
    created: row.created_at,
    modified: row.modified_at,
  }
}
