import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * The way from an authorization at a utility to the grants that live on it. A grant still names its authorizations itself, so that
 * reading it takes one row; the database keeps both alike, whoever writes the grant.
 */
async function createGrantAuthorizations(db: Kysely<never>): Promise<void> {
  await sql`create table grant_authorizations (
    grant_id text not null references grants (grant_id) on delete cascade,
    utility_authorization_id text not null,
    primary key (grant_id, utility_authorization_id))`.execute(db)
  await sql`insert into grant_authorizations
    select distinct g.grant_id, l.id from grants g cross join unnest(g.utility_authorization_ids) as l(id)`.execute(
    db,
  )
  await sql`create index grant_authorizations_authorization
    on grant_authorizations (utility_authorization_id, grant_id)`.execute(db)
  await sql`create index client_utility_authorizations_authorization
    on client_utility_authorizations (utility_authorization_id)`.execute(db)
  await sql`drop index grants_utility_authorization`.execute(db)
}

/**
 * Authorizations that may have lost their last user at `since`: new ones, those of which a grant ended, those of clients that were disabled.
 * Housekeeping looks at these alone, and takes out what is in use.
 */
async function createCandidates(db: Kysely<never>): Promise<void> {
  await sql`create table unused_candidates (
    utility_authorization_id text primary key references utility_authorizations (id) on delete cascade,
    utility_id text not null,
    since timestamptz not null)`.execute(db)
  await sql`insert into unused_candidates
    select a.id, a.utility_id, greatest(a.created_at, max(g.modified))
    from utility_authorizations a
      left join grant_authorizations l on l.utility_authorization_id = a.id
      left join grants g on g.grant_id = l.grant_id and g.status in ('disabled', 'revoked', 'closed', 'expired')
    where a.status <> 'withdrawn' or exists (select 1 from sync_runs r where r.utility_authorization_id = a.id)
    group by a.id`.execute(db)
  await sql`create index unused_candidates_since on unused_candidates (utility_id, since)`.execute(db)
  await sql`create function note_unused_candidates(ids text[], at timestamptz) returns void language sql as $$
    insert into unused_candidates select id, utility_id, at from utility_authorizations where id = any(ids) order by id
    on conflict (utility_authorization_id) do update set since = greatest(unused_candidates.since, excluded.since)
  $$`.execute(db)
}

async function keepGrantAuthorizations(db: Kysely<never>): Promise<void> {
  await sql`create function keep_grant_authorizations() returns trigger language plpgsql as $$ begin
    insert into grant_authorizations select new.grant_id, id from unnest(new.utility_authorization_ids) as l(id)
      on conflict do nothing;
    if tg_op = 'UPDATE' then
      delete from grant_authorizations
        where grant_id = new.grant_id and utility_authorization_id <> all(new.utility_authorization_ids);
      perform note_unused_candidates(array(select id from unnest(old.utility_authorization_ids) as l(id)
        where id <> all(new.utility_authorization_ids)), new.modified);
    end if;
    return null;
  end $$`.execute(db)
  await sql`create trigger grants_made after insert on grants
    for each row execute function keep_grant_authorizations()`.execute(db)
  await sql`create trigger grants_moved after update of utility_authorization_ids on grants for each row
    when (old.utility_authorization_ids is distinct from new.utility_authorization_ids)
    execute function keep_grant_authorizations()`.execute(db)
}

async function keepCandidates(db: Kysely<never>): Promise<void> {
  await sql`create function note_new_authorization() returns trigger language plpgsql as $$ begin
    perform note_unused_candidates(array[new.id], new.created_at);
    return null;
  end $$`.execute(db)
  await sql`create trigger utility_authorizations_made after insert on utility_authorizations
    for each row execute function note_new_authorization()`.execute(db)
  await sql`create function note_ended_grant() returns trigger language plpgsql as $$ begin
    perform note_unused_candidates(new.utility_authorization_ids, new.modified);
    return null;
  end $$`.execute(db)
  await sql`create trigger grants_ended after update of status on grants for each row
    when (old.status <> new.status and new.status in ('disabled', 'revoked', 'closed', 'expired'))
    execute function note_ended_grant()`.execute(db)
  await sql`create function note_disabled_client() returns trigger language plpgsql as $$ begin
    perform note_unused_candidates(array(select utility_authorization_id from client_utility_authorizations
      where client_id = new.client_id), new.modified);
    return null;
  end $$`.execute(db)
  await sql`create trigger clients_disabled after update of status on clients for each row
    when (old.status <> new.status and new.status = 'disabled')
    execute function note_disabled_client()`.execute(db)
}

/** What has ended is found by when it ended, in tables that hold much more that has not. */
async function indexEnds(db: Kysely<never>): Promise<void> {
  await sql`create index access_tokens_expires on access_tokens (expires_at)`.execute(db)
  await sql`create index authorization_codes_expires on authorization_codes (expires_at)`.execute(db)
  await sql`create index refresh_tokens_ends on refresh_tokens (coalesce(expires_at, used_at))`.execute(db)
  await sql`create index token_families_ended on token_families (created) where ended_at is not null`.execute(
    db,
  )
  await sql`create index authorization_requests_expires on authorization_requests (expires_at)`.execute(db)
  await sql`create index pushed_requests_expires on pushed_requests (expires_at)`.execute(db)
  await sql`create index self_access_links_client on self_access_links (client_id)`.execute(db)
  await sql`create index messages_notifications on messages (registration_id, modified, message_id)
    where creator is null and type = 'notification'`.execute(db)
  await sql`create index sync_runs_finished on sync_runs (finished_at) where kind = 'sync'`.execute(db)
  await sql`create index raw_feeds_expires on raw_feeds (expires_at)`.execute(db)
}

/** Grants by authorization, authorizations that may be unused, and indexes by which housekeeping finds what has ended. */
export const grantAuthorizations: Migration = {
  async up(db: Kysely<never>) {
    await createGrantAuthorizations(db)
    await createCandidates(db)
    await keepGrantAuthorizations(db)
    await keepCandidates(db)
    await indexEnds(db)
  },
}
