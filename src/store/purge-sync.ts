import { sql } from 'kysely'
import type { Database } from './database.ts'

const DAY_MS = 86_400_000

/**
 * Removes what no longer says anything of syncing: notes for the operator after 90 days, refusals after a day, runs that ended 90 days ago, unless
 * one is the newest that ended well, from which the next one continues. Safe to run at any time.
 */
export async function purgeSync(database: Database, now: Date): Promise<void> {
  const longAgo = new Date(now.getTime() - 90 * DAY_MS)
  const yesterday = new Date(now.getTime() - DAY_MS)
  await database.deleteFrom('operator_records').where('recorded_at', '<', longAgo).execute()
  await database.deleteFrom('utility_refusals').where('refused_at', '<', yesterday).execute()
  await sql`delete from sync_runs r where r.finished_at < ${longAgo} and r.kind = 'sync'
    and exists (select 1 from sync_runs n where n.utility_authorization_id = r.utility_authorization_id and n.kind = 'sync'
      and n.status = 'done' and n.started_at > r.started_at)`.execute(database)
}
