import type { Insertable, Selectable, Updateable } from 'kysely'
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

    async listActive(utilityId) {
      const query = database.selectFrom('utility_authorizations').selectAll()
      const active = query.where('utility_id', '=', utilityId).where('status', '=', 'active')
      return (await active.orderBy('created_at').orderBy('id').execute()).map(toAuthorization)
    },

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
