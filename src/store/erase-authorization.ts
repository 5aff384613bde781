import { sql } from 'kysely'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { Database } from './database.ts'

/** Everything that came through an authorization. Runs first: a window that is being stored holds its own, and a later one finds none. */
const TABLES = [
  'sync_runs',
  'authorization_syncs',
  'customer_objects',
  'customer_paths',
  'usage_segments',
  'usage_series',
  'espi_context',
  'refused_records',
  'earlier_created',
] as const

/** Removes what one authorization told, in each table one range of rows; what another told of the same objects is the other's. */
export async function eraseAuthorization(db: Database, id: UtilityAuthorizationId): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const table of TABLES) {
      await sql`delete from ${sql.table(table)} where utility_authorization_id = ${id}`.execute(trx)
    }
  })
}
