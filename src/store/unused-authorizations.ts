import { type RawBuilder, sql } from 'kysely'
import { endedStatuses } from '../oauth/grant-access.ts'
import type { Clock } from '../shared/clock.ts'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { Database } from './database.ts'

/**
 * A query client that is not disabled is linked to the authorization `id`. Not `exists`: that may read all links and grants there are to
 * answer for a few authorizations.
 */
const isLinked = (id: RawBuilder<unknown>) =>
  sql<boolean>`(select true from client_utility_authorizations l join clients c using (client_id)
    where l.utility_authorization_id = ${id} and c.status <> 'disabled' limit 1) is true`

/** The same, or a grant lives on it that is not over. */
const isUsed = (id: RawBuilder<unknown>) =>
  sql<boolean>`(${isLinked(id)} or (select true from grant_authorizations l join grants g using (grant_id)
    where l.utility_authorization_id = ${id} and g.status <> all(${[...endedStatuses]}::text[]) limit 1) is true)`

/** Which authorizations at utilities somebody still uses: a query client, or a grant that is not over. */
export function unusedAuthorizations(db: Database, clock: Clock) {
  return {
    /** Those of these that query clients are linked to. */
    listLinked: async (ids: readonly UtilityAuthorizationId[]): Promise<UtilityAuthorizationId[]> => {
      const { rows } = await sql<{ id: UtilityAuthorizationId }>`
        select id from unnest(${[...ids]}::text[]) as a(id) where ${isLinked(sql`a.id`)}`.execute(db)
      return rows.map(({ id }) => id)
    },
    isUnused: async (id: UtilityAuthorizationId): Promise<boolean> => {
      const { rows } = await sql<{ used: boolean }>`select ${isUsed(sql`${id}`)} as used`.execute(db)
      return rows[0]?.used === false
    },
    /**
     * Authorizations of a utility that nobody has used for so long: sign-ins that ended in no grant, and those whose grants
     * are all over. Candidates that are in use are none any more until they are released again.
     */
    listUnused: async (utilityId: string, forMs: number): Promise<UtilityAuthorizationId[]> => {
      const before = new Date(clock.now().getTime() - forMs)
      const isCandidate = sql`n.utility_id = ${utilityId} and n.since < ${before}`
      await sql`delete from unused_candidates n
        where ${isCandidate} and ${isUsed(sql`n.utility_authorization_id`)}`.execute(db)
      const { rows } = await sql<{ id: UtilityAuthorizationId }>`
        select n.utility_authorization_id as id from unused_candidates n
        where ${isCandidate} and not ${isUsed(sql`n.utility_authorization_id`)} order by n.since`.execute(db)
      return rows.map(({ id }) => id)
    },
    /** Nothing is left of it: it is not listed again. */
    forgetUnused: async (id: UtilityAuthorizationId): Promise<void> => {
      await db.deleteFrom('unused_candidates').where('utility_authorization_id', '=', id).execute()
    },
  }
}
