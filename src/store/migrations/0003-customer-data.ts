import type { CreateTableBuilder, Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The columns that every customer-data object has. */
function objectTable<Name extends string>(db: Kysely<never>, name: Name): CreateTableBuilder<Name> {
  return db.schema
    .createTable(name)
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('utility_id', 'text', (column) => column.notNull())
    .addColumn('body', 'json', (column) => column.notNull())
    .addColumn('content_hash', 'bytea', (column) => column.notNull())
    .addColumn('created', 'timestamptz', (column) => column.notNull())
    .addColumn('modified', 'timestamptz', (column) => column.notNull())
    .addColumn('synced', 'timestamptz', (column) => column.notNull()) as CreateTableBuilder<Name>
}

async function createObjects(db: Kysely<never>): Promise<void> {
  await objectTable(db, 'accounts')
    .addColumn('customer_number', 'text')
    .addColumn('account_number', 'text')
    .addColumn('account_status', 'text')
    .execute()
  await objectTable(db, 'service_contracts')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('account_number', 'text')
    .addColumn('contract_number', 'text')
    .addColumn('contract_status', 'text', (column) => column.notNull())
    .addColumn('contract_types', sql`text[]`, (column) => column.notNull())
    .addColumn('service_types', sql`text[]`, (column) => column.notNull())
    .execute()
  await objectTable(db, 'service_points')
    .addColumn('servicepoint_number', 'text')
    .addColumn('current_servicecontracts', sql`text[]`, (column) => column.notNull())
    .addColumn('previous_servicecontracts', sql`text[]`, (column) => column.notNull())
    .addColumn('premise_numbers', sql`text[]`, (column) => column.notNull())
    .execute()
  await objectTable(db, 'meter_devices')
    .addColumn('meter_number', 'text')
    .addColumn('current_servicepoints', sql`text[]`, (column) => column.notNull())
    .addColumn('previous_servicepoints', sql`text[]`, (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('seen_through')
    .addColumn('utility_authorization_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('object_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('seen_through_pk', ['utility_authorization_id', 'kind', 'object_id'])
    .execute()
  await db.schema
    .createIndex('seen_through_object')
    .on('seen_through')
    .columns(['kind', 'object_id'])
    .execute()
}

async function createUsageSegments(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('usage_segments')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('utility_id', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text')
    .addColumn('account_number', sql`text collate "C"`)
    .addColumn('contract_id', 'text')
    .addColumn('contract_number', sql`text collate "C"`)
    .addColumn('service_point_id', 'text', (column) => column.notNull())
    .addColumn('meter_device_ids', sql`text[]`, (column) => column.notNull())
    .addColumn('segment_start', 'timestamptz', (column) => column.notNull())
    .addColumn('segment_end', 'timestamptz', (column) => column.notNull())
    .addColumn('interval_seconds', 'text', (column) => column.notNull())
    .addColumn('formats', 'json', (column) => column.notNull())
    .addColumn('segment_values', 'bytea', (column) => column.notNull())
    .addColumn('value_count', 'integer', (column) => column.notNull())
    .addColumn('content_hash', 'bytea', (column) => column.notNull())
    .addColumn('created', 'timestamptz', (column) => column.notNull())
    .addColumn('modified', 'timestamptz', (column) => column.notNull())
    .addColumn('synced', 'timestamptz', (column) => column.notNull())
    .execute()
  // The values are compressed already: PostgreSQL shall not try again.
  await sql`alter table usage_segments alter column segment_values set storage external`.execute(db)
  await db.schema
    .createIndex('usage_segments_point')
    .on('usage_segments')
    .columns(['service_point_id', 'segment_start'])
    .execute()
}

async function createSync(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('espi_context')
    .addColumn('utility_authorization_id', 'text', (column) => column.notNull())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('entry', 'json', (column) => column.notNull())
    .addPrimaryKeyConstraint('espi_context_pk', ['utility_authorization_id', 'purpose', 'key'])
    .execute()
  await db.schema
    .createTable('sync_runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('utility_authorization_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('history_from', 'timestamptz', (column) => column.notNull())
    .addColumn('started_at', 'timestamptz', (column) => column.notNull())
    .addColumn('finished_at', 'timestamptz')
    .addColumn('eta', 'timestamptz', (column) => column.notNull())
    .addColumn('failure', 'text')
    .execute()
  await db.schema
    .createIndex('sync_runs_authorization')
    .on('sync_runs')
    .columns(['utility_authorization_id', 'started_at'])
    .execute()
  await db.schema
    .createTable('sync_windows')
    .addColumn('run_id', 'text', (column) => column.notNull().references('sync_runs.id').onDelete('cascade'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('window_from', 'timestamptz')
    .addColumn('window_to', 'timestamptz')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('bytes', 'bigint')
    .addColumn('segments', 'integer')
    .addColumn('refused', 'integer')
    .addColumn('finished_at', 'timestamptz')
    .addPrimaryKeyConstraint('sync_windows_pk', ['run_id', 'number'])
    .execute()
  await db.schema
    .createTable('raw_feeds')
    .addColumn('run_id', 'text', (column) => column.notNull().references('sync_runs.id').onDelete('cascade'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('piece', 'integer', (column) => column.notNull())
    .addColumn('sealed', 'bytea', (column) => column.notNull())
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('raw_feeds_pk', ['run_id', 'number', 'piece'])
    .execute()
  await db.schema
    .createTable('refused_records')
    .addColumn('id', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('utility_authorization_id', 'text', (column) => column.notNull())
    .addColumn('window_key', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('entry', 'text', (column) => column.notNull())
    .addColumn('field', 'text', (column) => column.notNull())
    .addColumn('value', 'text')
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('refused_at', 'timestamptz', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('refused_records_window')
    .on('refused_records')
    .columns(['utility_authorization_id', 'window_key'])
    .execute()
}

/** Customer data, what was refused of it, and the progress of fetching it. */
export const customerData: Migration = {
  async up(db: Kysely<never>) {
    await createObjects(db)
    await createUsageSegments(db)
    await createSync(db)
  },
}
