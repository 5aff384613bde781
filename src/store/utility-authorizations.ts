import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import type { Branded, UtilityAuthorizationId } from '../shared/ids.ts'
import type { SealKeys } from '../shared/seal.ts'
import type {
  NewUtilityAuthorization,
  UtilityAuthorization,
  UtilityAuthorizationStore,
} from '../upstream/stores.ts'
import type { Database } from './database.ts'
import { refreshLeases } from './refresh-leases.ts'
import { NO_TOKENS, tokenColumns } from './sealed-tokens.ts'
import type { UtilityAuthorizationRow } from './tables/utility-authorizations.ts'

type Row = Selectable<UtilityAuthorizationRow>

/** What the store needs beside the database. */
export interface UtilityAuthorizationStoreDeps {
  newId(kind: 'utilityAuthorization'): UtilityAuthorizationId
  sealKeys: SealKeys
}

/** Authorizations at utilities, in PostgreSQL. */
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
    ...refreshLeases(database, sealKeys),

    async create(input, at) {
      const row = newRow(newId('utilityAuthorization'), input, sealKeys, at)
      const query = database.insertInto('utility_authorizations').values(row).returningAll()
      return toAuthorization(await query.executeTakeFirstOrThrow())
    },

    async find(id) {
      const row = await byId(id).executeTakeFirst()
      return row && toAuthorization(row)
    },

    listActive: (utilityId, limit) => listActive(database, utilityId, limit),

    keepCustomerResourceUri: (id, uri, at) => change(id, { customer_resource_uri: uri, modified_at: at }),

    withdraw: (id, at) =>
      change(id, {
        status: 'withdrawn',
        ...NO_TOKENS,
        refresh_lease_until: null,
        modified_at: at,
      }),
  }
}

/** Ids alone, by `utility_authorizations_active`: each page begins where the one before ended. */
async function* listActive(
  database: Database,
  utilityId: string,
  limit: number,
): AsyncGenerator<UtilityAuthorizationId[]> {
  let after: { at: string; id: string } | undefined
  do {
    // A moment as text keeps its microseconds.
    const { rows } = await sql<{ id: UtilityAuthorizationId; at: string }>`
      select id, created_at::text as at from utility_authorizations
      where utility_id = ${utilityId} and status = 'active'
        and (created_at, id) > (${after?.at ?? '-infinity'}::timestamptz, ${after?.id ?? ''})
      order by created_at, id limit ${limit}`.execute(database)
    if (rows.length > 0) yield rows.map(({ id }) => id)
    after = rows.length === limit ? rows.at(-1) : undefined
  } while (after)
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
