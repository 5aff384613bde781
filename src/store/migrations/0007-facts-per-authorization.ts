import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Grants that wait for nothing, or that a person or the utility has ended, are left as they are. */
const REFETCHED = sql`('pending', 'active', 'partial', 'delayed', 'errored')`

/**
 * What is fetched again keeps the moment in which we first met it: taken up by the first run that ends well. Objects
 * were shared by all authorizations that had seen them, so each of these takes the moment over; those that were withdrawn fetch no more.
 */
async function keepCreated(db: Kysely<never>): Promise<void> {
  await sql`create table earlier_created (
    utility_authorization_id text not null, kind text not null, id text not null, created timestamptz not null,
    primary key (utility_authorization_id, kind, id))`.execute(db)
  const fetchers = sql`(select t.* from seen_through t join utility_authorizations a on a.id = t.utility_authorization_id
    and a.status <> 'withdrawn')`
  const kinds = [
    ['account', 'accounts'],
    ['service_contract', 'service_contracts'],
    ['service_point', 'service_points'],
    ['meter_device', 'meter_devices'],
  ] as const
  for (const [kind, table] of kinds) {
    await sql`insert into earlier_created
      select s.utility_authorization_id, ${table}, o.id, o.created
      from ${fetchers} s join ${sql.table(table)} o on o.id = s.object_id where s.kind = ${kind}`.execute(db)
  }
  await sql`insert into earlier_created
    select s.utility_authorization_id, 'usage_segments', u.id, u.created
    from ${fetchers} s join usage_segments u on u.service_point_id = s.object_id where s.kind = 'service_point'`.execute(
    db,
  )
}

/** What one authorization told of objects, of the paths between them, and of usage. It leads every key. */
const FACTS = {
  customer_objects: `utility_authorization_id text not null, kind text not null, id text not null,
    body json not null, facets jsonb not null, content_hash bytea not null,
    created timestamptz not null, modified timestamptz not null,
    primary key (utility_authorization_id, kind, id)`,
  customer_paths: `utility_authorization_id text not null, path_hash bytea not null,
    account_id text, account_number text, contract_id text, contract_number text, service_types text[] not null,
    point_id text, point_number text, premise_numbers text[] not null, meter_id text, meter_number text,
    primary key (utility_authorization_id, path_hash)`,
  usage_series: `utility_authorization_id text not null, series integer not null, key_hash bytea not null,
    account_id text, account_number text, contract_id text, contract_number text, point_id text,
    meter_ids text[] not null, interval_seconds text not null, formats json not null, value_types text[] not null,
    longest_seconds integer not null, created timestamptz not null, modified timestamptz not null, synced timestamptz not null,
    primary key (utility_authorization_id, series),
    unique (utility_authorization_id, key_hash)`,
  usage_segments: `utility_authorization_id text not null, series integer not null, id uuid not null,
    segment_start timestamptz not null, segment_end timestamptz not null,
    created timestamptz not null, modified timestamptz not null,
    value_count integer not null, text_bytes integer not null, text_crc bigint not null, content_hash bytea not null,
    piece bytea not null,
    primary key (utility_authorization_id, id)`,
  espi_context: `utility_authorization_id text not null, purpose text not null, key text not null, entry json not null,
    primary key (utility_authorization_id, purpose, key)`,
}

/** Hash-partitioned by authorization where the installation asks for it; no statement names a partition. */
async function createFacts(db: Kysely<never>, partitions: number): Promise<void> {
  for (const [table, columns] of Object.entries(FACTS)) {
    const by = partitions > 1 ? 'partition by hash (utility_authorization_id)' : ''
    await sql.raw(`create table ${table} (${columns}) ${by}`).execute(db)
    for (let number = 0; partitions > 1 && number < partitions; number += 1) {
      const values = `for values with (modulus ${partitions}, remainder ${number})`
      await sql.raw(`create table ${table}_${number} partition of ${table} ${values}`).execute(db)
    }
  }
  // The values are compressed already: PostgreSQL shall not try again.
  await sql`alter table usage_segments alter column piece set storage external`.execute(db)
  await sql`create index usage_segments_series on usage_segments (utility_authorization_id, series, segment_start)`.execute(
    db,
  )
  await sql`create table authorization_syncs (
    utility_authorization_id text primary key, synced timestamptz not null)`.execute(db)
}

/** Everything is fetched again, from the beginning; grants wait for it as they did for the first time. */
async function fetchAgain(db: Kysely<never>): Promise<void> {
  await sql`delete from sync_runs where kind = 'sync'`.execute(db)
  await sql`delete from refused_records`.execute(db)
  await sql`insert into sync_runs (id, utility_authorization_id, utility_id, kind, status, planned, renews, history_from,
      started_at, eta, not_before, check_at)
    select a.id || '.again', a.id, a.utility_id, 'sync', 'running', false, false, now(), now(),
      now() + interval '1 hour', now(), now()
    from utility_authorizations a
    where a.status = 'active' and (
      a.id in (select unnest(g.utility_authorization_ids) from grants g where g.status in ${REFETCHED})
      or a.id in (select l.utility_authorization_id from client_utility_authorizations l))`.execute(db)
  await sql`update grants g set status = 'pending', eta = now() + interval '1 hour', modified = now()
    where g.status in ${REFETCHED} and g.status <> 'pending' and g.grant_id in (
      select w.grant_id from grants w cross join unnest(w.utility_authorization_ids) a
      join sync_runs r on r.utility_authorization_id = a and r.kind = 'sync')`.execute(db)
}

/**
 * What an authorization told belongs to that authorization: objects, usage as series, segments and what lies between. What was stored
 * before was shared, so nobody knows any more who told it: it is fetched again. Ids come from the utility's own keys and stay.
 */
export const factsPerAuthorization = (partitions: number): Migration => ({
  async up(db: Kysely<never>) {
    await keepCreated(db)
    for (const table of [
      'usage_segments',
      'accounts',
      'service_contracts',
      'service_points',
      'meter_devices',
      'seen_through',
      'espi_context',
    ]) {
      await sql`drop table ${sql.table(table)}`.execute(db)
    }
    await createFacts(db, partitions)
    await fetchAgain(db)
  },
})
