import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const moment = 'timestamptz'

/** Each way from an authorization request to a utility and back has a `state` of its own. */
async function createSignIns(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('sign_ins')
    .addColumn('state_hash', 'bytea', (column) => column.primaryKey())
    .addColumn('request_id', 'text', (column) =>
      column.notNull().references('authorization_requests.request_id').onDelete('cascade'),
    )
    .addColumn('utility_id', 'text', (column) => column.notNull())
    .addColumn('created', moment, (column) => column.notNull())
    .addColumn('used_at', moment)
    .addColumn('ended_at', moment)
    .execute()
  await db.schema.createIndex('sign_ins_request').on('sign_ins').column('request_id').execute()
  await db.schema.dropIndex('authorization_requests_upstream_state').execute()
  await db.schema.alterTable('authorization_requests').dropColumn('upstream_state_hash').execute()
}

/** Who renews the tokens of an authorization, how often that was begun, and whether an answer may have been lost. */
async function addLeases(db: Kysely<never>): Promise<void> {
  await db.schema
    .alterTable('utility_authorizations')
    .addColumn('refresh_lease_until', moment)
    .addColumn('refresh_generation', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('tokens_generation', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('refresh_uncertain', 'boolean', (column) => column.notNull().defaultTo(false))
    .execute()
  await sql`alter table utility_authorizations
    drop constraint utility_authorizations_status,
    drop constraint utility_authorizations_tokens,
    add constraint utility_authorizations_status check (status in ('active', 'sign_in_needed', 'withdrawn')),
    -- Only a withdrawn authorization holds no token, whoever wrote the row.
    add constraint utility_authorizations_tokens check (
      (status = 'withdrawn') = (access_token_sealed is null)
      and (status <> 'withdrawn' or refresh_token_sealed is null))`.execute(db)
}

/** Sign-ins at utilities as rows of their own, and the lease under which one process renews tokens. */
export const signInsAndTokenLeases: Migration = {
  async up(db: Kysely<never>) {
    await createSignIns(db)
    await addLeases(db)
  },
}
