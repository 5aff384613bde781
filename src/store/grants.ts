import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import { endedStatuses } from '../oauth/grant-access.ts'
import type { Grant, GrantChange, GrantFilter, GrantStore } from '../oauth/stores.ts'
import type { ClientId, RegistrationId } from '../shared/ids.ts'
import type { PageRequest } from '../shared/page.ts'
import { withoutUndefined } from './clients.ts'
import type { Database } from './database.ts'
import { beyond, orderBy, sortKeys } from './keyset.ts'
import { newestFirst } from './newest-first.ts'
import { readDetails, readSelection } from './oauth-json.ts'
import { inOrder, toBoundedPage } from './page-bytes.ts'
import { requestRunsOf } from './sync-runs.ts'
import type { GrantRow } from './tables/oauth.ts'
import { endFamilies } from './token-families.ts'

const SORT = newestFirst('grants', 'grant_id')

/** About how long the JSON of a grant is: its details, its states, and the rest. */
const BYTES = sql<number>`2000 + octet_length(grants.authorization_details::text)
  + octet_length(grants.enabled_authorization_details::text) + octet_length(array_to_string(grants.states, ' '))`

/** Grants in PostgreSQL. */
export function grantStore(database: Database): GrantStore {
  const findByRequest = async (clientId: ClientId, requestKey: Buffer) => {
    const row = await database
      .selectFrom('grants')
      .selectAll()
      .where('client_id', '=', clientId)
      .where('request_key', '=', requestKey)
      .where('status', 'not in', [...endedStatuses])
      .executeTakeFirst()
    return row && toGrant(row)
  }

  return {
    async create(grant, { requestKey, mostOpen }) {
      const inserted = await insertWithin(database, grant, { requestKey, mostOpen })
      return inserted ? toGrant(inserted) : findByRequest(grant.clientId, requestKey)
    },

    async find(grantId) {
      const query = database.selectFrom('grants').selectAll()
      const row = await query.where(sql<boolean>`grant_id = ${grantId}`).executeTakeFirst()
      return row && toGrant(row)
    },

    findByRequest,

    async list(registrationId, filter, page) {
      const heads = await selectPage(database, registrationId, filter, page).execute()
      const { items, ...neighbours } = toBoundedPage(heads, page)
      const ids = items.map(({ grant_id }) => grant_id)
      const rows = await database
        .selectFrom('grants')
        .selectAll()
        .where(sql<boolean>`grant_id = any(${ids})`)
        .execute()
      return { ...neighbours, items: inOrder(ids, rows.map(toGrant), ({ grantId }) => grantId) }
    },

    async listByUtilityAuthorizations(ids, statuses) {
      const rows = await database
        .selectFrom('grants')
        .selectAll()
        .where(
          sql<boolean>`grant_id in (select l.grant_id from grant_authorizations l
            where l.utility_authorization_id = any(${[...ids]}::text[]))`,
        )
        .where(sql<boolean>`status = any(${[...statuses]}::text[])`)
        .orderBy('created')
        .execute()
      return rows.map(toGrant)
    },

    async update(grantId, change, modified) {
      const row = await database
        .updateTable('grants')
        .set({ ...toGrantChange(change), modified })
        .where('grant_id', '=', grantId)
        .returningAll()
        .executeTakeFirstOrThrow()
      return toGrant(row)
    },

    close: (grantId, status, at) =>
      database.transaction().execute(async (transaction) => {
        const row = await transaction
          .updateTable('grants')
          .set({
            status,
            eta: null,
            enabled_scope: '',
            enabled_authorization_details: '[]',
            modified: at,
            // CDS-WG1-02 §8.2 `expired`: not_after says when the access was removed.
            ...(status === 'expired' ? { not_after: at } : {}),
          })
          .where('grant_id', '=', grantId)
          .returningAll()
          .executeTakeFirstOrThrow()
        // What opens other grants too stays; it opens this one no more.
        const isAlone = sql`grant_ids @> array[${grantId}]::text[] and cardinality(grant_ids) = 1`
        await endFamilies(
          transaction,
          sql`select family_id from refresh_tokens where ${isAlone}
            union select family_id from authorization_codes where ${isAlone}`,
          at,
        )
        await transaction.deleteFrom('access_tokens').where(sql<boolean>`${isAlone}`).execute()
        return toGrant(row)
      }),
  }
}

/** Inserts a grant unless there is one for its key, or the client has too many; one after the other for each client. */
function insertWithin(
  database: Database,
  grant: Grant,
  { requestKey, mostOpen }: { requestKey: Buffer; mostOpen: number },
): Promise<Selectable<GrantRow> | undefined> {
  return database.transaction().execute(async (transaction) => {
    const client = transaction.selectFrom('clients').select('client_id')
    await client.where('client_id', '=', grant.clientId).forNoKeyUpdate().execute()
    const open = await transaction
      .selectFrom('grants')
      .select('grant_id')
      .where('client_id', '=', grant.clientId)
      .where('status', 'not in', [...endedStatuses])
      .limit(mostOpen)
      .execute()
    if (open.length >= mostOpen) return undefined
    const row = await transaction
      .insertInto('grants')
      .values({ ...toGrantRow(grant), request_key: requestKey })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst()
    if (row?.status === 'pending') {
      await requestRunsOf(transaction, row.utility_authorization_ids, row.created)
    }
    return row
  })
}

/** CDS-WG1-02 §8.4 #grants-list: the intersection of all filters. Ids and sizes alone. */
function selectPage(
  database: Database,
  registrationId: RegistrationId,
  filter: GrantFilter,
  page: PageRequest,
) {
  return database
    .selectFrom('grants')
    .innerJoin('clients', 'clients.client_id', 'grants.client_id')
    .select(['grants.grant_id', sortKeys(SORT).as('sort_keys'), BYTES.as('bytes')])
    .where('clients.registration_id', '=', registrationId)
    .where((where) => where.and(conditions(filter)))
    .where(beyond(SORT, page.cursor))
    .orderBy(orderBy(SORT, page.cursor))
    .limit(page.limit + 1)
}

function conditions(filter: GrantFilter) {
  const isOneOf = (column: string, values: readonly string[] | undefined) =>
    values && sql<boolean>`${sql.ref(column)} = any(${values})`
  const overlaps = (column: string, values: readonly string[] | undefined) =>
    values && sql<boolean>`${sql.ref(column)} && ${values}::text[]`
  return [
    isOneOf('grants.grant_id', filter.grantIds),
    isOneOf('grants.parent', filter.parents),
    isOneOf('grants.status', filter.statuses),
    isOneOf('grants.client_id', filter.clientIds),
    // A scope with details stands in the scope string too: grants of ours always name it there.
    filter.scopes && sql<boolean>`string_to_array(grants.scope, ' ') && ${filter.scopes}::text[]`,
    overlaps('grants.receipt_confirmations', filter.receiptConfirmations),
    overlaps('grants.states', filter.states),
    filter.after && sql<boolean>`grants.created >= ${filter.after}`,
    filter.before && sql<boolean>`grants.created <= ${filter.before}`,
  ].filter((condition) => condition !== undefined)
}

/** A row becomes a grant again. */
export function toGrant(row: Selectable<GrantRow>): Grant {
  return {
    grantId: row.grant_id,
    clientId: row.client_id,
    scope: row.scope,
    authorizationDetails: readDetails(row.authorization_details),
    status: row.status,
    eta: row.eta,
    notBefore: row.not_before,
    notAfter: row.not_after,
    expires: row.expires,
    enabledScope: row.enabled_scope,
    enabledAuthorizationDetails: readDetails(row.enabled_authorization_details),
    receiptConfirmations: row.receipt_confirmations,
    states: row.states,
    replacing: row.replacing,
    replacedBy: row.replaced_by,
    parent: row.parent,
    children: row.children,
    created: row.created,
    modified: row.modified,
    utilityAuthorizationIds: row.utility_authorization_ids,
    selection: readSelection(row.selection),
  }
}

/** A grant becomes its row. */
export function toGrantRow(grant: Grant): Insertable<GrantRow> {
  return {
    grant_id: grant.grantId,
    client_id: grant.clientId,
    scope: grant.scope,
    authorization_details: JSON.stringify(grant.authorizationDetails),
    status: grant.status,
    eta: grant.eta,
    not_before: grant.notBefore,
    not_after: grant.notAfter,
    expires: grant.expires,
    enabled_scope: grant.enabledScope,
    enabled_authorization_details: JSON.stringify(grant.enabledAuthorizationDetails),
    receipt_confirmations: [...grant.receiptConfirmations],
    states: [...grant.states],
    replacing: [...grant.replacing],
    replaced_by: [...grant.replacedBy],
    parent: grant.parent,
    children: [...grant.children],
    utility_authorization_ids: [...grant.utilityAuthorizationIds],
    selection: JSON.stringify(grant.selection),
    request_key: null,
    created: grant.created,
    modified: grant.modified,
  }
}

/** A change of a grant becomes the columns it sets. */
export function toGrantChange(change: GrantChange): Updateable<GrantRow> {
  const json = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value))
  return withoutUndefined({
    scope: change.scope,
    authorization_details: json(change.authorizationDetails),
    status: change.status,
    eta: change.eta,
    not_before: change.notBefore,
    not_after: change.notAfter,
    expires: change.expires,
    enabled_scope: change.enabledScope,
    enabled_authorization_details: json(change.enabledAuthorizationDetails),
    receipt_confirmations: change.receiptConfirmations && [...change.receiptConfirmations],
    states: change.states && [...change.states],
    replacing: change.replacing && [...change.replacing],
    replaced_by: change.replacedBy && [...change.replacedBy],
    parent: change.parent,
    children: change.children && [...change.children],
    utility_authorization_ids: change.utilityAuthorizationIds && [...change.utilityAuthorizationIds],
    selection: json(change.selection),
  })
}
