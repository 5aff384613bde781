import { type Insertable, type Selectable, sql, type Updateable } from 'kysely'
import { endedStatuses } from '../oauth/grant-access.ts'
import type { Client, ClientChange, ClientStore } from '../oauth/stores.ts'
import type { ClientId } from '../shared/ids.ts'
import type { SealKeys } from '../shared/seal.ts'
import { toCredentialRow } from './credentials.ts'
import type { Database } from './database.ts'
import { endLostAccess } from './end-lost-access.ts'
import { beyond, orderBy, sortKeys, toPage } from './keyset.ts'
import { toMessageRow } from './messages.ts'
import { newestFirst } from './newest-first.ts'
import { readDetails } from './oauth-json.ts'
import { requestRunsOf } from './sync-runs.ts'
import type { ClientRow } from './tables/oauth.ts'

const SORT = newestFirst('clients', 'client_id')

/** Client Objects in PostgreSQL, and what hangs on them alone. */
export function clientStore(database: Database, { sealKeys }: { sealKeys: SealKeys }): ClientStore {
  return {
    keepRegistration: ({ clients, credentials, messages, selfAccessLinks }) =>
      database.transaction().execute(async (transaction) => {
        await transaction.insertInto('clients').values(clients.map(toRow)).execute()
        const secrets = credentials.map((credential) => toCredentialRow(credential, sealKeys))
        await transaction.insertInto('credentials').values(secrets).execute()
        if (messages.length > 0) {
          await transaction.insertInto('messages').values(messages.map(toMessageRow)).execute()
        }
        for (const { clientId, messageId } of selfAccessLinks) {
          const row = { client_id: clientId, message_id: messageId }
          await transaction.insertInto('self_access_links').values(row).execute()
        }
      }),

    async find(clientId) {
      const row = await database
        .selectFrom('clients')
        .selectAll()
        .where(sql<boolean>`client_id = ${clientId}`)
        .executeTakeFirst()
      return row && toClient(row)
    },

    async list(registrationId, { clientIds }, page) {
      const rows = await database
        .selectFrom('clients')
        .selectAll()
        .select(sortKeys(SORT).as('sort_keys'))
        .where('registration_id', '=', registrationId)
        .$if(clientIds !== undefined, (query) => query.where(sql<boolean>`client_id = any(${clientIds})`))
        .where(beyond(SORT, page.cursor))
        .orderBy(orderBy(SORT, page.cursor))
        .limit(page.limit + 1)
        .execute()
      const { items, ...neighbours } = toPage(rows, page)
      return { ...neighbours, items: items.map(toClient) }
    },

    update: (clientId, change, { modified, message }) =>
      database.transaction().execute(async (transaction) => {
        const query = transaction.selectFrom('clients').selectAll().where('client_id', '=', clientId)
        const before = await query.forUpdate().executeTakeFirstOrThrow()
        const after = await transaction
          .updateTable('clients')
          .set({ ...toChange(change), modified })
          .where('client_id', '=', clientId)
          .returningAll()
          .executeTakeFirstOrThrow()
        await endLostAccess(transaction, { before, after }, modified)
        await transaction.insertInto('messages').values(toMessageRow(message)).execute()
        return toClient(after)
      }),

    async findSelfAccessLink(messageId) {
      const row = await database
        .selectFrom('self_access_links')
        .selectAll()
        .where(sql<boolean>`message_id = ${messageId}`)
        .executeTakeFirst()
      return row && { clientId: row.client_id, messageId: row.message_id }
    },

    linkUtilityAuthorization: ({ clientId, utilityAuthorizationId, linked, completes, messages }) =>
      database.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('client_utility_authorizations')
          .values({ client_id: clientId, utility_authorization_id: utilityAuthorizationId, linked })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
        // Runs before grants, as whoever ends a run takes them.
        await requestRunsOf(transaction, [utilityAuthorizationId], linked)
        const changed = await transaction
          .updateTable('grants')
          .set({
            utility_authorization_ids: sql`array_append(utility_authorization_ids, ${utilityAuthorizationId})`,
            modified: linked,
          })
          .where('client_id', '=', clientId)
          .where('status', 'not in', [...endedStatuses])
          .where(sql<boolean>`selection::text = '"all"'`)
          .where(sql<boolean>`not ${utilityAuthorizationId} = any(utility_authorization_ids)`)
          .returning('grant_id')
          .execute()
        await transaction
          .updateTable('messages')
          .set({ status: 'complete', modified: linked })
          .where('message_id', '=', completes)
          .execute()
        await transaction.insertInto('messages').values(messages.map(toMessageRow)).execute()
        return changed.map(({ grant_id }) => grant_id)
      }),

    listUtilityAuthorizations: (clientId) => listLinked(database, clientId),
  }
}

async function listLinked(database: Database, clientId: ClientId) {
  const rows = await database
    .selectFrom('client_utility_authorizations')
    .select('utility_authorization_id')
    .where('client_id', '=', clientId)
    .orderBy('linked')
    .execute()
  return rows.map((row) => row.utility_authorization_id)
}

function toClient(row: Selectable<ClientRow>): Client {
  return {
    clientId: row.client_id,
    registrationId: row.registration_id,
    scope: row.scope,
    clientName: row.client_name,
    redirectUris: row.redirect_uris,
    responseTypes: row.response_types,
    grantTypes: row.grant_types,
    tokenEndpointAuthMethod: row.token_endpoint_auth_method,
    authorizationDetailsTypes: row.authorization_details_types,
    contacts: row.contacts,
    clientUri: row.client_uri,
    logoUri: row.logo_uri,
    tosUri: row.tos_uri,
    policyUri: row.policy_uri,
    status: row.status,
    statusOptions: row.status_options,
    defaultScope: row.default_scope,
    defaultRedirectUri: row.default_redirect_uri,
    defaultAuthorizationDetails:
      row.default_authorization_details === null ? null : readDetails(row.default_authorization_details),
    disabledAt: row.disabled_at,
    created: row.created,
    modified: row.modified,
  }
}

function toRow(client: Client): Insertable<ClientRow> {
  return {
    ...toChange(client),
    client_id: client.clientId,
    registration_id: client.registrationId,
    created: client.created,
    modified: client.modified,
  }
}

function toChange(
  client: Client,
): Omit<Insertable<ClientRow>, 'client_id' | 'registration_id' | 'created' | 'modified'>
function toChange(change: ClientChange): Updateable<ClientRow>
function toChange(change: ClientChange): Updateable<ClientRow> {
  const details = change.defaultAuthorizationDetails
  const row: { [Column in keyof Updateable<ClientRow>]: Updateable<ClientRow>[Column] | undefined } = {
    scope: change.scope,
    client_name: change.clientName,
    redirect_uris: change.redirectUris && [...change.redirectUris],
    response_types: change.responseTypes && [...change.responseTypes],
    grant_types: change.grantTypes && [...change.grantTypes],
    token_endpoint_auth_method: change.tokenEndpointAuthMethod,
    authorization_details_types: change.authorizationDetailsTypes && [...change.authorizationDetailsTypes],
    contacts: change.contacts && [...change.contacts],
    client_uri: change.clientUri,
    logo_uri: change.logoUri,
    tos_uri: change.tosUri,
    policy_uri: change.policyUri,
    status: change.status,
    status_options: change.statusOptions && [...change.statusOptions],
    default_scope: change.defaultScope,
    default_redirect_uri: change.defaultRedirectUri,
    default_authorization_details: details && JSON.stringify(details),
    disabled_at: change.disabledAt,
  }
  return withoutUndefined(row)
}

/** What is not named in a change stays as it is. */
export function withoutUndefined<Row extends object>(
  row: Row,
): { [Key in keyof Row]: Exclude<Row[Key], undefined> } {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Row]: Exclude<Row[Key], undefined>
  }
}
