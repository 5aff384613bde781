import { sql, type Transaction } from 'kysely'
import type { WindowChange } from '../sync/stores.ts'
import type { Database } from './database.ts'
import { putContext } from './put-context.ts'
import { putObjects } from './put-objects.ts'
import { putPaths } from './put-paths.ts'
import { putRefused } from './put-refused.ts'
import { putUsage } from './put-usage.ts'
import type { Tables } from './schema.ts'

/** See `SyncStore.replaceWindow`. */
export async function replaceWindow(db: Database, change: WindowChange): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await markDone(trx, change))) return
    await putObjects(trx, change)
    await putPaths(trx, change)
    await putUsage(trx, change)
    await putContext(trx, change)
    await putRefused(trx, change)
  })
}

/**
 * Says that the window is through and its authorization synced. The two rows keep others out until the transaction ends: another try of the
 * window, other windows of the authorization, and its erasure. False: the window is gone, the authorization was erased.
 */
async function markDone(trx: Transaction<Tables>, change: WindowChange): Promise<boolean> {
  const { window, translated, bytes, at } = change
  const refused = translated.refused.reduce((sum, record) => sum + record.count, 0)
  const { rows } = await sql`/* mark-window-done */
    with done as (
      update sync_windows set status = 'done', bytes = ${bytes}, segments = ${translated.usageSegments.length},
        refused = ${refused}, finished_at = ${at}
      where run_id = ${window.runId} and number = ${window.number} returning number)
    insert into authorization_syncs (utility_authorization_id, synced)
    select ${change.utilityAuthorizationId}, ${at}::timestamptz from done
    on conflict (utility_authorization_id) do update set synced = excluded.synced
    returning synced`.execute(trx)
  return rows.length > 0
}
