import { sql, type Transaction } from 'kysely'
import type { PaceStore, UtilityRefusal } from '../sync/stores.ts'
import type { Database } from './database.ts'
import { recordForOperator } from './operator-records.ts'
import type { Tables } from './schema.ts'

/** When a utility is paused, and for how long; times in milliseconds. */
export interface PauseRules {
  /** So many authorizations … */
  authorizations: number
  /** … that were refused within this time, one after the other, pause the utility. */
  withinMs: number
  /** The first pause; each further one without an answer in between is twice as long … */
  firstMs: number
  /** … up to this. */
  mostMs: number
}

export const PAUSE_RULES: PauseRules = {
  authorizations: 3,
  withinMs: 60_000,
  firstMs: 30_000,
  mostMs: 15 * 60_000,
}

/** Refusals and pauses of utilities, in PostgreSQL, so that all workers keep to them and none is forgotten. */
export function paceStore(db: Database, rules: PauseRules = PAUSE_RULES): PaceStore {
  return {
    noteRefusal: (refusal) => db.transaction().execute((trx) => noteRefusal(trx, refusal, rules)),
    noteAnswer: async (utilityId, at) => {
      await db.deleteFrom('utility_refusals').where('utility_id', '=', utilityId).execute()
      // An answer to what was asked before the pause says nothing of what comes after it.
      const over = db.deleteFrom('utility_pauses').where('utility_id', '=', utilityId)
      await over.where('paused_until', '<=', at).execute()
    },
    liftPause: async (utilityId, at) => {
      const lifted = await db
        .updateTable('utility_pauses')
        .set({ paused_until: at })
        .where('utility_id', '=', utilityId)
        .where('paused_until', '>', at)
        .executeTakeFirst()
      return lifted.numUpdatedRows > 0n
    },
  }
}

async function noteRefusal(
  trx: Transaction<Tables>,
  refusal: UtilityRefusal,
  rules: PauseRules,
): Promise<Date | undefined> {
  const { utilityId, at } = refusal
  await sql`insert into utility_refusals (utility_id, utility_authorization_id, refused_at)
    values (${utilityId}, ${refusal.utilityAuthorizationId}, ${at})
    on conflict (utility_id, utility_authorization_id) do update set refused_at = excluded.refused_at`.execute(
    trx,
  )
  if (!refusal.fromTokenEndpoint && (await countRecent(trx, refusal, rules)) < rules.authorizations) {
    return undefined
  }
  // The row's lock makes one pause of many refusals at once.
  await sql`insert into utility_pauses (utility_id, paused_until, step, reason) values (${utilityId}, '-infinity', -1, '')
    on conflict do nothing`.execute(trx)
  const { rows } = await sql<{ step: number; paused: boolean }>`
    select step, paused_until > ${at} as paused from utility_pauses where utility_id = ${utilityId} for update`.execute(
    trx,
  )
  const [pause] = rows
  if (!pause || pause.paused) return undefined
  return beginPause(trx, refusal, { step: pause.step + 1, rules })
}

async function countRecent(
  trx: Transaction<Tables>,
  { utilityId, at }: UtilityRefusal,
  { withinMs }: PauseRules,
): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`select count(*) as count from utility_refusals
    where utility_id = ${utilityId} and refused_at > ${new Date(at.getTime() - withinMs)}`.execute(trx)
  return Number(rows[0]?.count ?? 0)
}

async function beginPause(
  trx: Transaction<Tables>,
  { utilityId, retryAfterMs = 0, reason, at }: UtilityRefusal,
  { step, rules }: { step: number; rules: PauseRules },
): Promise<Date> {
  const wantedMs = Math.max(rules.firstMs * 2 ** Math.min(step, 30), retryAfterMs)
  const until = new Date(at.getTime() + Math.min(wantedMs, rules.mostMs))
  await sql`update utility_pauses set paused_until = ${until}, step = ${step}, reason = ${reason}
    where utility_id = ${utilityId}`.execute(trx)
  const detail = `paused until ${until.toISOString()}: ${reason}`
  await recordForOperator(
    trx,
    { kind: 'utility_paused', utilityId, utilityAuthorizationId: null, detail },
    at,
  )
  return until
}
