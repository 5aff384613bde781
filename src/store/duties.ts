import { sql } from 'kysely'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { DutyStore } from '../sync/stores.ts'
import type { Database } from './database.ts'

/** A round that did not get through is begun again after this long, each time twice as late. */
const ROUND_AGAIN_SECONDS = 120
const ROUND_AGAIN_MOST_SECONDS = 3_600

/** Leases, daily rounds, and what is stranded, in PostgreSQL. */
export function dutyStore(db: Database): DutyStore {
  return {
    takeLease: async (name, holder, until, at) => {
      const { rows } =
        await sql`insert into leases (name, holder, held_until) values (${name}, ${holder}, ${until})
        on conflict (name) do update set holder = excluded.holder, held_until = excluded.held_until
        where leases.holder = excluded.holder or leases.held_until <= ${at} returning name`.execute(db)
      return rows.length > 0
    },
    releaseLease: async (name, holder) => {
      await db.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute()
    },
    beginRound: async (utilityId, day, at) => {
      // A utility that had no round yet has nothing to catch up with: its first is tomorrow's.
      await sql`insert into daily_rounds (utility_id, day, not_before, done_at) values (${utilityId}, ${day}, ${at},
        case when exists (select 1 from daily_rounds where utility_id = ${utilityId}) then null else ${at}::timestamptz end)
        on conflict do nothing`.execute(db)
      const { rows } =
        await sql`update daily_rounds set tries = tries + 1, not_before = ${at}::timestamptz + make_interval(secs =>
          least(${ROUND_AGAIN_SECONDS} * power(2, tries), ${ROUND_AGAIN_MOST_SECONDS}))
        where utility_id = ${utilityId} and day = ${day} and done_at is null and not_before <= ${at} returning day`.execute(
          db,
        )
      return rows.length > 0
    },
    finishRound: async (utilityId, day, at) => {
      await db
        .updateTable('daily_rounds')
        .set({ done_at: at })
        .where('utility_id', '=', utilityId)
        .where('day', '=', day)
        .execute()
      // The newest says when the next is due; what is older than a month is told by nobody.
      await sql`delete from daily_rounds where utility_id = ${utilityId} and done_at < ${at}::timestamptz - interval '30 days'
        and day < ${day}`.execute(db)
    },
    listStranded: async (utilityIds, before, limit) => {
      const { rows } = await sql<{ id: UtilityAuthorizationId }>`
        select distinct a.id from grants g join grant_authorizations l using (grant_id)
          join utility_authorizations a on a.id = l.utility_authorization_id
        where g.status = 'pending' and g.modified < ${before} and a.utility_id = any(${[...utilityIds]}::text[])
          and not exists (select 1 from grant_authorizations o join sync_runs r using (utility_authorization_id)
            where o.grant_id = g.grant_id and r.kind = 'sync' and r.status = 'running')
        limit ${limit}`.execute(db)
      return rows.map(({ id }) => id)
    },
  }
}
