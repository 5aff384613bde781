import { sql } from 'kysely'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { Database } from './database.ts'

const KINDS = [
  ['account', 'accounts'],
  ['service_contract', 'service_contracts'],
  ['meter_device', 'meter_devices'],
] as const

/** Removes what came only through this authorization: objects, usage, context, feeds. What others brought too stays. */
export async function eraseAuthorization(db: Database, id: UtilityAuthorizationId): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const onlyHere = (kind: string, column: string) => sql`${sql.ref(column)} in (
      select s.object_id from seen_through s where s.utility_authorization_id = ${id} and s.kind = ${kind}
      and not exists (select 1 from seen_through t where t.kind = s.kind and t.object_id = s.object_id
        and t.utility_authorization_id <> ${id}))`
    await sql`delete from usage_segments where ${onlyHere('service_point', 'service_point_id')}`.execute(trx)
    await sql`delete from service_points where ${onlyHere('service_point', 'id')}`.execute(trx)
    for (const [kind, table] of KINDS) {
      await sql`delete from ${sql.table(table)} where ${onlyHere(kind, 'id')}`.execute(trx)
    }
    for (const table of ['seen_through', 'espi_context', 'refused_records', 'sync_runs'] as const) {
      await sql`delete from ${sql.table(table)} where utility_authorization_id = ${id}`.execute(trx)
    }
  })
}
