import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import { endedStatuses } from '../oauth/grant-access.ts'
import type { Grant, GrantChange, GrantFilter, GrantStore } from '../oauth/stores.ts'
import type { ClientId, RegistrationId } from '../shared/ids.ts'
import type { PageRequest } from '../shared/page.ts'
import { withoutUndefined } from './clients.ts'
import type { Database } from './database.ts'
import { beyond, orderBy, sortKeys, toPage } from './keyset.ts'
import { newestFirst } from './newest-first.ts'
import { readDetails, readSelection } from './oauth-json.ts'
import { requestRunsOf } from './sync-runs.ts'
import type { GrantRow } from './tables/oauth.ts'

const SORT = newestFirst('grants', 'grant_id')

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
    async create(grant, requestKey) {
      const inserted = await database.transaction().execute(async (transaction) => {
        const row = await transaction
          .insertInto('grants')
          .values({ ...toGrantRow(grant), request_key: requestKey ?? null })
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst()
        if (row?.status === 'pending') {
          await requestRunsOf(transaction, row.utility_authorization_ids, row.created)
        }
        return row
      })
      if (inserted) return toGrant(inserted)
      const earlier = requestKey && (await findByRequest(grant.clientId, requestKey))
      if (!earlier) throw new Error('a new grant met an id that exists')
      return earlier
    },

    async find(grantId) {
      const query = database.selectFrom('grants').selectAll()
      const row = await query.where(sql<boolean>`grant_id = ${grantId}`).executeTakeFirst()
      return row && toGrant(row)
    },

    findByRequest,

    async list(registrationId, filter, page) {
      const rows = await selectPage(database, registrationId, filter, page).execute()
      const { items, ...neighbours } = toPage(rows, page)
      return { ...neighbours, items: items.map(toGrant) }
    },

    async listByUtilityAuthorization(utilityAuthorizationId) {
      const rows = await database
        .selectFrom('grants')
        .selectAll()
        .where(sql<boolean>`utility_authorization_ids @> array[${utilityAuthorizationId}]::text[]`)
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
        const ofGrantAlone = sql<boolean>`grant_ids = array[${grantId}]::text[]`
        for (const table of ['access_tokens', 'refresh_tokens', 'authorization_codes'] as const) {
          await transaction.deleteFrom(table).where(ofGrantAlone).execute()
        }
        return toGrant(row)
      }),
  }
}

/** CDS-WG1-02 §8.4 #grants-list: the intersection of all filters. */
function selectPage(
  database: Database,
  registrationId: RegistrationId,
  filter: GrantFilter,
  page: PageRequest,
) {
  return database
    .selectFrom('grants')
    .innerJoin('clients', 'clients.client_id', 'grants.client_id')
    .selectAll('grants')
    .select(sortKeys(SORT).as('sort_keys'))
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

function toGrant(row: Selectable<GrantRow>): Grant {
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
