import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const list = sql`text[]`
const moment = 'timestamptz'

async function createClients(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('clients')
    .addColumn('client_id', 'text', (column) => column.primaryKey())
    .addColumn('registration_id', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('client_name', 'text', (column) => column.notNull())
    .addColumn('redirect_uris', list, (column) => column.notNull())
    .addColumn('response_types', list, (column) => column.notNull())
    .addColumn('grant_types', list, (column) => column.notNull())
    .addColumn('token_endpoint_auth_method', 'text')
    .addColumn('authorization_details_types', list, (column) => column.notNull())
    .addColumn('contacts', list, (column) => column.notNull())
    .addColumn('client_uri', 'text')
    .addColumn('logo_uri', 'text')
    .addColumn('tos_uri', 'text')
    .addColumn('policy_uri', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('status_options', list, (column) => column.notNull())
    .addColumn('default_scope', 'text')
    .addColumn('default_redirect_uri', 'text')
    .addColumn('default_authorization_details', 'json')
    .addColumn('disabled_at', moment)
    .addColumn('created', moment, (column) => column.notNull())
    .addColumn('modified', moment, (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('clients_registration')
    .on('clients')
    .columns(['registration_id', 'modified'])
    .execute()
  await db.schema
    .createTable('credentials')
    .addColumn('credential_id', 'text', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull().references('clients.client_id'))
    .addColumn('client_secret_sealed', 'bytea', (column) => column.notNull())
    .addColumn('expires_at', moment)
    .addColumn('created', moment, (column) => column.notNull())
    .addColumn('modified', moment, (column) => column.notNull())
    .execute()
  await db.schema.createIndex('credentials_client').on('credentials').column('client_id').execute()
}

async function createGrants(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('grants')
    .addColumn('grant_id', 'text', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull().references('clients.client_id'))
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('authorization_details', 'json', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('eta', moment)
    .addColumn('not_before', moment)
    .addColumn('not_after', moment)
    .addColumn('expires', moment)
    .addColumn('enabled_scope', 'text', (column) => column.notNull())
    .addColumn('enabled_authorization_details', 'json', (column) => column.notNull())
    .addColumn('receipt_confirmations', list, (column) => column.notNull())
    .addColumn('states', list, (column) => column.notNull())
    .addColumn('replacing', list, (column) => column.notNull())
    .addColumn('replaced_by', list, (column) => column.notNull())
    .addColumn('parent', 'text')
    .addColumn('children', list, (column) => column.notNull())
    .addColumn('utility_authorization_ids', list, (column) => column.notNull())
    .addColumn('selection', 'json', (column) => column.notNull())
    .addColumn('request_key', 'bytea')
    .addColumn('created', moment, (column) => column.notNull())
    .addColumn('modified', moment, (column) => column.notNull())
    .execute()
  await db.schema.createIndex('grants_client').on('grants').columns(['client_id', 'modified']).execute()
  await db.schema
    .createIndex('grants_utility_authorization')
    .on('grants')
    .using('gin')
    .column('utility_authorization_ids')
    .execute()
  // One grant for one request of one client: two token requests at once find the same.
  await sql`create unique index grants_request on grants (client_id, request_key)
    where request_key is not null and status not in ('disabled', 'revoked', 'closed', 'expired')`.execute(db)
}

async function createMessages(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('messages')
    .addColumn('message_id', 'text', (column) => column.primaryKey())
    .addColumn('registration_id', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('previous_id', 'text')
    .addColumn('read', 'boolean', (column) => column.notNull())
    .addColumn('creator', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('related_uri', 'text')
    .addColumn('related_type', 'text')
    .addColumn('attachments', 'text')
    .addColumn('created', moment, (column) => column.notNull())
    .addColumn('modified', moment, (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('messages_registration')
    .on('messages')
    .columns(['registration_id', 'modified'])
    .execute()
  await db.schema
    .createTable('self_access_links')
    .addColumn('secret', 'text', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull().references('clients.client_id'))
    .addColumn('message_id', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('client_utility_authorizations')
    .addColumn('client_id', 'text', (column) => column.notNull().references('clients.client_id'))
    .addColumn('utility_authorization_id', 'text', (column) => column.notNull())
    .addColumn('linked', moment, (column) => column.notNull())
    .addPrimaryKeyConstraint('client_utility_authorizations_pk', ['client_id', 'utility_authorization_id'])
    .execute()
}

async function createTokens(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('access_tokens')
    .addColumn('hash', 'bytea', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('credential_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('authorization_details', 'json', (column) => column.notNull())
    .addColumn('grant_ids', list, (column) => column.notNull())
    .addColumn('family_id', 'text')
    .addColumn('issued_at', moment, (column) => column.notNull())
    .addColumn('expires_at', moment, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('refresh_tokens')
    .addColumn('hash', 'bytea', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('credential_id', 'text', (column) => column.notNull())
    .addColumn('grant_ids', list, (column) => column.notNull())
    .addColumn('family_id', 'text', (column) => column.notNull())
    .addColumn('issued_at', moment, (column) => column.notNull())
    .addColumn('expires_at', moment)
    .addColumn('used_at', moment)
    .execute()
  await db.schema
    .createTable('authorization_codes')
    .addColumn('hash', 'bytea', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('grant_ids', list, (column) => column.notNull())
    .addColumn('redirect_uri', 'text')
    .addColumn('code_challenge', 'text')
    .addColumn('family_id', 'text', (column) => column.notNull())
    .addColumn('expires_at', moment, (column) => column.notNull())
    .addColumn('used_at', moment)
    .execute()
  for (const table of ['access_tokens', 'refresh_tokens']) {
    await db.schema.createIndex(`${table}_family`).on(table).column('family_id').execute()
    await db.schema.createIndex(`${table}_credential`).on(table).column('credential_id').execute()
    await db.schema.createIndex(`${table}_client`).on(table).column('client_id').execute()
  }
}

async function createAuthorizationRequests(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('authorization_requests')
    .addColumn('request_id', 'text', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('redirect_uri', 'text', (column) => column.notNull())
    .addColumn('redirect_uri_given', 'boolean', (column) => column.notNull())
    .addColumn('state', 'text')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('authorization_details', 'json', (column) => column.notNull())
    .addColumn('code_challenge', 'text')
    .addColumn('browser_hash', 'bytea', (column) => column.notNull())
    .addColumn('utility_id', 'text')
    .addColumn('upstream_state_hash', 'bytea')
    .addColumn('utility_authorization_id', 'text')
    .addColumn('outcome', 'text')
    .addColumn('created', moment, (column) => column.notNull())
    .addColumn('expires_at', moment, (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('authorization_requests_upstream_state')
    .on('authorization_requests')
    .column('upstream_state_hash')
    .unique()
    .execute()
  await db.schema
    .createTable('receipts')
    .addColumn('hash', 'bytea', (column) => column.primaryKey())
    .addColumn('grant_ids', list, (column) => column.notNull())
    .addColumn('confirmation', 'text', (column) => column.notNull().unique())
    .addColumn('client_name', 'text', (column) => column.notNull())
    .addColumn('client_uri', 'text')
    .addColumn('utility_name', 'text', (column) => column.notNull())
    .addColumn('created', moment, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('pushed_requests')
    .addColumn('hash', 'bytea', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('parameters', 'json', (column) => column.notNull())
    .addColumn('expires_at', moment, (column) => column.notNull())
    .execute()
}

/** Clients, credentials, grants, messages, tokens, and authorization requests on their way. */
export const oauth: Migration = {
  async up(db: Kysely<never>) {
    await createClients(db)
    await createGrants(db)
    await createMessages(db)
    await createTokens(db)
    await createAuthorizationRequests(db)
  },
}
