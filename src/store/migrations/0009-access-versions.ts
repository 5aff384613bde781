import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

async function createTables(db: Kysely<never>): Promise<void> {
  await sql`create table access_versions (
    client_id text primary key references clients on delete cascade,
    version bigint not null)`.execute(db)
  await sql`insert into access_versions select client_id, pg_current_xact_id()::text::bigint from clients`.execute(
    db,
  )
  // The clients that the transactions under way concern: each finds its own rows alone, and takes them away at its end.
  await sql`create unlogged table access_changes (
    transaction_id bigint not null, client_id text not null, primary key (transaction_id, client_id))`.execute(
    db,
  )
}

/**
 * At the end of its transaction each change moves the versions of all its clients, in one order: nothing is locked after them, so two
 * transactions never wait for each other over them. The id of the transaction is the new version: no two that commit share it.
 */
async function moveAtTheEnd(db: Kysely<never>): Promise<void> {
  await sql`create function move_access_versions() returns trigger language plpgsql as $$
    declare
      concerned text[];
    begin
      with gone as (
        delete from access_changes where transaction_id = pg_current_xact_id()::text::bigint returning client_id)
      select array_agg(client_id) into concerned from gone;
      if concerned is null then
        return null;
      end if;
      perform from access_versions where client_id = any(concerned) order by client_id for update;
      update access_versions set version = pg_current_xact_id()::text::bigint where client_id = any(concerned);
      return null;
    end $$`.execute(db)
  await sql`create constraint trigger access_changes_move after insert on access_changes
    deferrable initially deferred for each row execute function move_access_versions()`.execute(db)
}

/** A client that is new has its version at once. */
async function beginWithClients(db: Kysely<never>): Promise<void> {
  await sql`create function begin_access_versions() returns trigger language plpgsql as $$
    begin
      insert into access_versions select client_id, pg_current_xact_id()::text::bigint from after;
      return null;
    end $$`.execute(db)
  await sql`create trigger clients_access_begin after insert on clients referencing new table as after
    for each statement execute function begin_access_versions()`.execute(db)
}

/** All clients of the registrations of these: a token of one may open the grants of another (CDS-WG1-02 §3.3.2 #scopes-grant-admin). */
const ofRegistrations = (clientIds: string) =>
  `select c.client_id from clients c
   where c.registration_id in (select o.registration_id from clients o where o.client_id in (${clientIds}))`

const CHANGED_GRANTS = `select b.client_id from before b join after a using (grant_id)
  where (a.client_id, a.scope, a.status, a.not_before, a.expires, a.enabled_scope, a.utility_authorization_ids,
      a.authorization_details::text, a.enabled_authorization_details::text, a.selection::text)
    is distinct from (b.client_id, b.scope, b.status, b.not_before, b.expires, b.enabled_scope, b.utility_authorization_ids,
      b.authorization_details::text, b.enabled_authorization_details::text, b.selection::text)`

const CHANGED_CLIENTS = `select b.client_id from before b join after a using (client_id)
  where (a.status, a.scope, a.registration_id) is distinct from (b.status, b.scope, b.registration_id)`

/** What changes what tokens open: the table, how it changes, and the clients whose tokens it concerns. Inserting a token or a grant changes none. */
const CHANGES: readonly [table: string, event: 'insert' | 'update' | 'delete', clients: string][] = [
  ['clients', 'update', ofRegistrations(CHANGED_CLIENTS)],
  // The version of the client itself goes with it.
  ['clients', 'delete', 'select c.client_id from clients c join before b using (registration_id)'],
  ['grants', 'update', ofRegistrations(CHANGED_GRANTS)],
  ['grants', 'delete', ofRegistrations('select client_id from before')],
  ['access_tokens', 'update', 'select client_id from before union select client_id from after'],
  ['access_tokens', 'delete', 'select client_id from before'],
  ['client_utility_authorizations', 'insert', 'select client_id from after'],
  [
    'client_utility_authorizations',
    'update',
    'select client_id from before union select client_id from after',
  ],
  ['client_utility_authorizations', 'delete', 'select client_id from before'],
]

const SEEN = {
  insert: 'new table as after',
  update: 'old table as before new table as after',
  delete: 'old table as before',
} as const

/** Notes, after each statement, whom it concerns. */
async function noteChanges(
  db: Kysely<never>,
  [table, event, clients]: (typeof CHANGES)[number],
): Promise<void> {
  const name = `${table}_access_${event}`
  await sql
    .raw(
      `create function ${name}() returns trigger language plpgsql as $$
    begin
      insert into access_changes
        select pg_current_xact_id()::text::bigint, changed.client_id from (${clients}) as changed
        on conflict do nothing;
      return null;
    end $$`,
    )
    .execute(db)
  await sql
    .raw(
      `create trigger ${name} after ${event} on ${table} referencing ${SEEN[event]}
       for each statement execute function ${name}()`,
    )
    .execute(db)
}

/** Emptying a table at once concerns everybody. */
async function noteTruncation(db: Kysely<never>): Promise<void> {
  await sql`create function access_truncated() returns trigger language plpgsql as $$
    begin
      insert into access_changes select pg_current_xact_id()::text::bigint, client_id from access_versions
        on conflict do nothing;
      return null;
    end $$`.execute(db)
  for (const table of ['access_tokens', 'grants']) {
    await sql`create trigger ${sql.id(`${table}_access_truncate`)} after truncate on ${sql.table(table)}
      for each statement execute function access_truncated()`.execute(db)
  }
}

/** A version of each client, which moves with everything that may change what its tokens open. */
export const accessVersions: Migration = {
  async up(db: Kysely<never>) {
    await createTables(db)
    await moveAtTheEnd(db)
    await beginWithClients(db)
    for (const change of CHANGES) await noteChanges(db, change)
    await noteTruncation(db)
  },
}
