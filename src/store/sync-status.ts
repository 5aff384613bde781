import { sql } from 'kysely'
import type { Database } from './database.ts'

/** How syncing stands at one utility. */
export interface UtilityStatus {
  utilityId: string
  /** Runs that are not through, and how many of them have failed tries behind them. */
  running: number
  retrying: number
  /** Runs that should have moved over a minute ago: nobody works on them. */
  overdue: number
  /** Since when the oldest of them runs. */
  oldest: Date | null
  /** Authorizations that wait for the customer to sign in again. */
  signInNeeded: number
  /** Set while the utility is paused. */
  pausedUntil: Date | null
  pauseReason: string | null
  /** The local day of the last daily round that got through. */
  lastRound: string | null
}

export interface OperatorNote {
  at: Date
  kind: string
  utilityId: string
  detail: string
}

export interface SyncStatus {
  utilities: UtilityStatus[]
  /** The newest first. */
  notes: OperatorNote[]
}

/** How syncing stands, for the operator: counts, ids and times, nothing of a customer. */
export async function readSyncStatus(db: Database, at: Date, notes: number): Promise<SyncStatus> {
  const { rows } = await sql<Omit<UtilityStatus, Counted> & Record<Counted, bigint>>`
    with runs as (select utility_id, count(*) as running, count(*) filter (where tries > 0 and not_before > ${at}) as retrying,
        count(*) filter (where check_at <= ${at}) as overdue, min(started_at) as oldest
      from sync_runs where status = 'running' and kind = 'sync' group by utility_id),
    unsigned as (select utility_id, count(*) as needed from utility_authorizations
      where status = 'sign_in_needed' group by utility_id),
    rounds as (select utility_id, max(day) as day from daily_rounds where done_at is not null group by utility_id),
    pauses as (select utility_id, paused_until, reason from utility_pauses where paused_until > ${at}),
    known as (select utility_id from runs union select utility_id from unsigned union select utility_id from rounds
      union select utility_id from pauses)
    select utility_id as "utilityId", coalesce(running, 0) as running, coalesce(retrying, 0) as retrying,
      coalesce(overdue, 0) as overdue, oldest, coalesce(needed, 0) as "signInNeeded", paused_until as "pausedUntil",
      reason as "pauseReason", day as "lastRound"
    from known left join runs using (utility_id) left join unsigned using (utility_id) left join rounds using (utility_id)
      left join pauses using (utility_id) order by utility_id`.execute(db)
  return { utilities: rows.map(toStatus), notes: await listNotes(db, notes) }
}

type Counted = 'running' | 'retrying' | 'overdue' | 'signInNeeded'

function toStatus(row: Omit<UtilityStatus, Counted> & Record<Counted, bigint>): UtilityStatus {
  return {
    ...row,
    running: Number(row.running),
    retrying: Number(row.retrying),
    overdue: Number(row.overdue),
    signInNeeded: Number(row.signInNeeded),
  }
}

async function listNotes(db: Database, limit: number): Promise<OperatorNote[]> {
  const rows = await db
    .selectFrom('operator_records')
    .select(['recorded_at', 'kind', 'utility_id', 'detail'])
    .orderBy('recorded_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    at: row.recorded_at,
    kind: row.kind,
    utilityId: row.utility_id,
    detail: row.detail,
  }))
}
