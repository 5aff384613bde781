import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Every code, refresh token and access token with a family gets its row; codes and tokens are found by their grants. */
async function createFamilies(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('token_families')
    .addColumn('family_id', 'text', (column) => column.primaryKey())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('created', 'timestamptz', (column) => column.notNull())
    .addColumn('ended_at', 'timestamptz')
    .execute()
  await sql`insert into token_families (family_id, client_id, created)
    select family_id, min(client_id), min(at) from (
      select family_id, client_id, expires_at as at from authorization_codes
      union all select family_id, client_id, issued_at from refresh_tokens
      union all select family_id, client_id, issued_at from access_tokens where family_id is not null
    ) known group by family_id`.execute(db)
  await db.schema
    .createIndex('authorization_codes_family')
    .on('authorization_codes')
    .column('family_id')
    .execute()
  for (const table of ['access_tokens', 'refresh_tokens', 'authorization_codes']) {
    await db.schema.createIndex(`${table}_grants`).on(table).using('gin').column('grant_ids').execute()
  }
}

/** The table of rate-limiter-flexible's RateLimiterPostgres; `expire` in epoch milliseconds, read as a number. */
async function createLimits(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('rate_limits')
    .addColumn('key', 'varchar(255)', (column) => column.primaryKey())
    .addColumn('points', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('expire', 'double precision')
    .execute()
  await db.schema
    .createIndex('authorization_requests_client')
    .on('authorization_requests')
    .columns(['client_id', 'expires_at'])
    .execute()
  await db.schema
    .createIndex('pushed_requests_client')
    .on('pushed_requests')
    .columns(['client_id', 'expires_at'])
    .execute()
}

/** How many attachments a message has and how many bytes of them, so that nothing has to read the bodies. */
async function countAttachments(db: Kysely<never>): Promise<void> {
  await db.schema
    .alterTable('messages')
    .addColumn('attachment_count', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('attachment_bytes', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await sql`update messages set attachment_count = json_array_length(attachments::json),
    attachment_bytes = octet_length(attachments) where attachments is not null`.execute(db)
}

/** A link is made when it is shown: the table says only which message belongs to which client. */
async function forgetLinkSecrets(db: Kysely<never>): Promise<void> {
  await sql`update messages set related_uri = '/self-access/' || message_id
    where message_id in (select message_id from self_access_links)`.execute(db)
  await sql`alter table self_access_links drop column secret, add primary key (message_id)`.execute(db)
}

/** Registrations that were there before count as used. */
async function noteUse(db: Kysely<never>): Promise<void> {
  await sql`alter table clients add column used_at timestamptz`.execute(db)
  await sql`update clients set used_at = now()`.execute(db)
}

/** Token families, shared limits, bounded messages, links that are not stored, and when a client was last used. */
export const tokenFamiliesAndLimits: Migration = {
  async up(db: Kysely<never>) {
    await createFamilies(db)
    await createLimits(db)
    await countAttachments(db)
    await forgetLinkSecrets(db)
    await noteUse(db)
  },
}
