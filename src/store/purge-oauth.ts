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
  await database.deleteFrom('authorization_codes').where('expires_at', '<', monthAgo).execute()
  await database
    .deleteFrom('refresh_tokens')
    .where(sql<boolean>`coalesce(expires_at, used_at) < ${monthAgo}`)
    .execute()
  await purgeFamilies(database, monthAgo)
  await database.deleteFrom('authorization_requests').where('expires_at', '<', yesterday).execute()
  await database.deleteFrom('pushed_requests').where('expires_at', '<', yesterday).execute()
  // Limits count in the time of the machine, whatever the caller's clock says.
  await database.deleteFrom('rate_limits').where('expire', '<', Date.now()).execute()
  await purgeNotifications(database)
  await purgeUnusedRegistrations(database, now)
}

/** Families without a code or token: nothing can come of them any more. */
async function purgeFamilies(database: Database, before: Date): Promise<void> {
  await database
    .deleteFrom('token_families as f')
    .where('created', '<', before)
    .where(
      sql<boolean>`not exists (select 1 from authorization_codes c where c.family_id = f.family_id)
        and not exists (select 1 from refresh_tokens r where r.family_id = f.family_id)
        and not exists (select 1 from access_tokens a where a.family_id = f.family_id)`,
    )
    .execute()
}

/** The changelog of a registration ends somewhere: what asks for something, or answers, always stays. */
async function purgeNotifications(database: Database): Promise<void> {
  const numbered = database
    .selectFrom('messages')
    .select([
      'message_id',
      sql<number>`row_number() over (partition by registration_id order by modified desc)`.as('number'),
    ])
    .where('creator', 'is', null)
    .where('type', '=', 'notification')
    .as('numbered')
  const old = database
    .selectFrom(numbered)
    .select('message_id')
    .where(sql<boolean>`number > ${KEPT_NOTIFICATIONS}`)
  await database.deleteFrom('messages').where('message_id', 'in', old).execute()
}
