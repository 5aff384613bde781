import { sql } from 'kysely'
import type { Database } from './database.ts'

const DAY_MS = 86_400_000

/**
 * Removes what has ended and serves nobody: access tokens at once; codes and refresh tokens when they can no longer show that they were used
 * twice; authorization requests and pushed parameters a day after their end. Safe to run at any time, from several processes.
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
  await database.deleteFrom('authorization_requests').where('expires_at', '<', yesterday).execute()
  await database.deleteFrom('pushed_requests').where('expires_at', '<', yesterday).execute()
}
