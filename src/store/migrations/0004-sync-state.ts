import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const moment = 'timestamptz'

/**
 * Tries, pauses and what is due become columns: a queue that loses everything loses nothing that is not written here. A run says of
 * which utility it is, so that what is overdue is found by one index.
 */
async function extendRuns(db: Kysely<never>): Promise<void> {
  await sql`alter table sync_runs
    add column utility_id text,
    add column planned boolean not null default true,
    add column renews boolean not null default false,
    add column tries integer not null default 0,
    add column turn integer not null default 0,
    add column not_before timestamptz not null default now(),
    add column check_at timestamptz not null default now(),
    add column preparing_since timestamptz`.execute(db)
  await sql`update sync_runs r set utility_id = coalesce(
    (select a.utility_id from utility_authorizations a where a.id = r.utility_authorization_id), '')`.execute(
    db,
  )
  await sql`alter table sync_runs alter column utility_id set not null`.execute(db)
  await sql`create index sync_runs_overdue on sync_runs (utility_id, check_at)
    where status = 'running' and kind = 'sync'`.execute(db)
  // One round of fetching at a time for each authorization; of several, the newest goes on.
  await sql`update sync_runs r set status = 'failed', finished_at = now(), failure = 'another run took its place'
    where r.status = 'running' and r.kind = 'sync' and exists (select 1 from sync_runs n where n.kind = 'sync'
      and n.status = 'running' and n.utility_authorization_id = r.utility_authorization_id
      and (n.started_at, n.id) > (r.started_at, r.id))`.execute(db)
  await sql`create unique index sync_runs_open on sync_runs (utility_authorization_id)
    where status = 'running' and kind = 'sync'`.execute(db)
  await sql`create index grants_pending on grants (modified) where status = 'pending'`.execute(db)
}

async function createPauses(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('utility_pauses')
    .addColumn('utility_id', 'text', (column) => column.primaryKey())
    .addColumn('paused_until', moment, (column) => column.notNull())
    .addColumn('step', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('utility_refusals')
    .addColumn('utility_id', 'text', (column) => column.notNull())
    .addColumn('utility_authorization_id', 'text', (column) => column.notNull())
    .addColumn('refused_at', moment, (column) => column.notNull())
    .addPrimaryKeyConstraint('utility_refusals_pk', ['utility_id', 'utility_authorization_id'])
    .execute()
}

async function createReconciling(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('daily_rounds')
    .addColumn('utility_id', 'text', (column) => column.notNull())
    .addColumn('day', 'text', (column) => column.notNull())
    .addColumn('tries', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('not_before', moment, (column) => column.notNull())
    .addColumn('done_at', moment)
    .addPrimaryKeyConstraint('daily_rounds_pk', ['utility_id', 'day'])
    .execute()
  await db.schema
    .createTable('leases')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('held_until', moment, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('operator_records')
    .addColumn('id', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('recorded_at', moment, (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('utility_id', 'text', (column) => column.notNull())
    .addColumn('utility_authorization_id', 'text')
    .addColumn('detail', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('operator_records_recorded')
    .on('operator_records')
    .column('recorded_at')
    .execute()
}

/** The state of syncing: runs with their tries, pauses of utilities, daily rounds, the reconciler's lease, what operators should know. */
export const syncState: Migration = {
  async up(db: Kysely<never>) {
    await extendRuns(db)
    await createPauses(db)
    await createReconciling(db)
  },
}
