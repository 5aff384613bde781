import { sql } from 'kysely'
import type { Database } from './database.ts'
import { purgeUnusedRegistrations } from './unused-registrations.ts'

const DAY_MS = 86_400_000
/** Notifications kept of one registration: the newest. */
const KEPT_NOTIFICATIONS = 5000

/**
 * Removes what has ended and serves nobody: access tokens and counts of limits at once; codes, used refresh tokens and ended families when
 * they can no longer show that something was used twice; authorization requests and pushed parameters a day after their end; registrations
 * that nobody used. Safe to run at any time, from several processes.
 */
export async function purgeOauth(database: Database, now: Date): Promise<void> {
  const yesterday = new Date(now.getTime() - DAY_MS)
  const monthAgo = new Date(now.getTime() - 30 * DAY_MS)
  await database.deleteFrom('access_tokens').where('expires_at', '<', now).execute()
  await purgeFamilies(database, monthAgo)
  await database.deleteFrom('authorization_requests').where('expires_at', '<', yesterday).execute()
  await database.deleteFrom('pushed_requests').where('expires_at', '<', yesterday).execute()
  // Limits count in the time of the machine, whatever the caller's clock says.
  await database.deleteFrom('rate_limits').where('expire', '<', Date.now()).execute()
  await purgeNotifications(database)
  await purgeUnusedRegistrations(database, now)
}

/**
 * Codes and refresh tokens that ended before, and of their families and those that were ended, the ones that nothing is left of: nothing
 * can come of them any more. All that is deleted here is still seen by the last condition, so it repeats what is deleted.
 */
async function purgeFamilies(database: Database, before: Date): Promise<void> {
  await sql`
    with codes as (delete from authorization_codes where expires_at < ${before} returning family_id),
      tokens as (delete from refresh_tokens where coalesce(expires_at, used_at) < ${before} returning family_id),
      touched as (select family_id from codes union select family_id from tokens
        union select family_id from token_families where ended_at is not null and created < ${before})
    delete from token_families f using touched t where f.family_id = t.family_id and f.created < ${before}
      and not exists (select 1 from authorization_codes c where c.family_id = f.family_id
        and c.expires_at >= ${before})
      and not exists (select 1 from refresh_tokens r where r.family_id = f.family_id
        and (coalesce(r.expires_at, r.used_at) < ${before}) is not true)
      and not exists (select 1 from access_tokens a where a.family_id = f.family_id)`.execute(database)
}

/** The changelog of a registration ends somewhere: what asks for something, or answers, always stays. */
async function purgeNotifications(database: Database): Promise<void> {
  const notifications = sql`creator is null and type = 'notification'`
  await sql`
    with recursive registrations as (
      (select registration_id as id from clients order by 1 limit 1)
      union all select (select registration_id from clients where registration_id > r.id order by 1 limit 1)
        from registrations r where r.id is not null),
    beyond as materialized (select r.id, first.* from registrations r, lateral (
      select modified, message_id from messages where registration_id = r.id and ${notifications}
        order by modified desc, message_id desc offset ${KEPT_NOTIFICATIONS} limit 1) first)
    delete from messages m using beyond b where m.registration_id = b.id and m.creator is null
      and m.type = 'notification' and (m.modified, m.message_id) <= (b.modified, b.message_id)`.execute(
    database,
  )
}
