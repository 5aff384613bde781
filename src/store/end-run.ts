import { sql } from 'kysely'
import { syncedStatuses } from '../sync/grant-keeper.ts'
import type { RunEnd } from '../sync/stores.ts'
import type { Database } from './database.ts'
import { toGrantChange } from './grants.ts'
import { toMessageRow } from './messages.ts'
import { recordForOperator } from './operator-records.ts'

/**
 * See `SyncStore.endRun`. The run's row decides: whoever comes second changes nothing, and whoever makes a grant that counts on this run has
 * made it before the row is ours, or begins another run.
 */
export async function endRun(db: Database, { runId, at, failure, record, grants }: RunEnd): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const ended = await trx
      .updateTable('sync_runs')
      .set({ status: 'failed', finished_at: at, failure })
      .where('id', '=', runId)
      .where('status', '=', 'running')
      .executeTakeFirst()
    if (ended.numUpdatedRows === 0n) return false
    await sql`update sync_windows set status = 'failed' where run_id = ${runId} and status = 'waiting'
      and number = (select min(number) from sync_windows where run_id = ${runId} and status = 'waiting')`.execute(
      trx,
    )
    await recordForOperator(trx, record, at)
    for (const { grantId, change, message } of await grants()) {
      const changed = await trx
        .updateTable('grants')
        .set({ ...toGrantChange(change), modified: at })
        .where('grant_id', '=', grantId)
        // A client or a customer may have ended it in this moment.
        .where('status', 'in', [...syncedStatuses])
        .executeTakeFirst()
      if (changed.numUpdatedRows > 0n) {
        await trx.insertInto('messages').values(toMessageRow(message)).execute()
      }
    }
    return true
  })
}
