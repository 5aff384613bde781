import { sql } from 'kysely'
import type { Clock } from '../shared/clock.ts'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { Database } from './database.ts'

/** Which authorizations at utilities somebody still uses: a query client, or a grant that is not over. */
export function unusedAuthorizations(db: Database, clock: Clock) {
  return {
    /** A query client that is not disabled is linked to it. */
    isLinked: async (id: UtilityAuthorizationId): Promise<boolean> => {
      const { rows } =
        await sql`select 1 from client_utility_authorizations l join clients c using (client_id)
        where l.utility_authorization_id = ${id} and c.status <> 'disabled' limit 1`.execute(db)
      return rows.length > 0
    },
    /**
     * Authorizations of a utility that nobody has used for so long: sign-ins that ended in no grant, and those whose grants
     * are all over.
     */
    listUnused: async (utilityId: string, forMs: number): Promise<UtilityAuthorizationId[]> => {
      const before = new Date(clock.now().getTime() - forMs)
      const { rows } = await sql<{ id: UtilityAuthorizationId }>`
        select a.id from utility_authorizations a
        where a.utility_id = ${utilityId} and a.created_at < ${before}
          and exists (select 1 from sync_runs r where r.utility_authorization_id = a.id)
          and not exists (select 1 from client_utility_authorizations l join clients c using (client_id)
            where l.utility_authorization_id = a.id and c.status <> 'disabled')
          and not exists (select 1 from grants g where a.id = any(g.utility_authorization_ids)
            and (g.status not in ('disabled', 'revoked', 'closed', 'expired') or g.modified >= ${before}))`.execute(
        db,
      )
      return rows.map((row) => row.id)
    },
  }
}
