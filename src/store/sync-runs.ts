import { type Insertable, type Selectable, sql } from 'kysely'
import { newRunId, type UtilityAuthorizationId } from '../shared/ids.ts'
import type { NextStep, RunRequest, Step, SyncRun, SyncStore, TryBegin, Window } from '../sync/stores.ts'
import type { Database } from './database.ts'
import type { SyncRunRow, SyncWindowRow } from './tables/customer-data.ts'

/** What moved within this time is left alone by whoever looks for what got stuck. */
const LEFT_ALONE_MS = 60_000

type RunStore = Pick<
  SyncStore,
  | 'beginSignIn'
  | 'requestRun'
  | 'requestRuns'
  | 'planRun'
  | 'dropRun'
  | 'beginTry'
  | 'stepDone'
  | 'nextStep'
  | 'failTry'
  | 'putOff'
  | 'takeOverdue'
  | 'findRun'
  | 'openRun'
  | 'latestDoneRun'
  | 'setEta'
  | 'finishRun'
>

/** Runs of sync and their tries, in PostgreSQL: the queue holds copies of what stands here. */
export function runStore(db: Database): RunStore {
  /** The row of this very try: a later one has counted on. */
  const ofTry = ({ runId, turn }: SyncRun) =>
    db
      .updateTable('sync_runs')
      .where('id', '=', runId)
      .where('status', '=', 'running')
      .where('turn', '=', turn)

  return {
    beginSignIn: (run, windows) =>
      db.transaction().execute(async (trx) => {
        const row = {
          ...toRow({ ...run, renews: false, at: run.startedAt, eta: run.startedAt }),
          planned: true,
        }
        const inserted = await trx
          .insertInto('sync_runs')
          .values({ ...row, kind: 'sign_in' })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst()
        if (!inserted.numInsertedOrUpdatedRows || windows.length === 0) return
        await trx.insertInto('sync_windows').values(toWindowRows(run.runId, windows)).execute()
      }),
    requestRun: async (request) => {
      await insertOrHold(db, [request])
      const open = await findOpen(db, request.utilityAuthorizationId)
      if (!open) throw new Error('a run that was just requested is over already')
      return open
    },
    requestRuns: (requests) => insertRuns(db, requests),
    planRun: (runId, { historyFrom, eta, windows, at }) =>
      db.transaction().execute(async (trx) => {
        const planned = await trx
          .updateTable('sync_runs')
          .set({ planned: true, history_from: historyFrom, eta, check_at: after(at) })
          .where('id', '=', runId)
          .where('status', '=', 'running')
          .where('planned', '=', false)
          .executeTakeFirst()
        if (planned.numUpdatedRows === 0n || windows.length === 0) return
        await trx.insertInto('sync_windows').values(toWindowRows(runId, windows)).execute()
      }),
    dropRun: async (runId) => {
      await db.deleteFrom('sync_runs').where('id', '=', runId).where('planned', '=', false).execute()
    },
    beginTry: (runId, at) => beginTry(db, runId, at),
    stepDone: async (run, at) => {
      const values = { tries: 0, preparing_since: null, failure: null, not_before: at, check_at: after(at) }
      await ofTry(run).set(values).execute()
      return readNextStep(db, run.runId)
    },
    nextStep: (runId) => readNextStep(db, runId),
    failTry: async (run, { notBefore, failure }) => {
      const values = { failure, preparing_since: null, not_before: notBefore, check_at: after(notBefore) }
      await ofTry(run).set(values).execute()
    },
    putOff: async (run, { notBefore, preparingSince }) => {
      const values = { not_before: notBefore, check_at: after(notBefore), tries: run.tries - 1 }
      await ofTry(run)
        .set({ ...values, preparing_since: preparingSince })
        .execute()
    },
    takeOverdue: (utilityId, at, limit) => takeOverdue(db, utilityId, at, limit),
    findRun: async (runId) => {
      const row = await db.selectFrom('sync_runs').selectAll().where('id', '=', runId).executeTakeFirst()
      return row && toRun(row)
    },
    openRun: (id) => findOpen(db, id),
    latestDoneRun: async (id) => {
      const row = await newestRun(db, id).where('status', '=', 'done').executeTakeFirst()
      return row && toRun(row)
    },
    setEta: async (runId, eta) => {
      await db.updateTable('sync_runs').set({ eta }).where('id', '=', runId).execute()
    },
    finishRun: (runId, at, further) =>
      db.transaction().execute(async (trx) => {
        await trx
          .updateTable('sync_runs')
          .set({ status: 'done', finished_at: at, failure: null, tries: 0 })
          .where('id', '=', runId)
          .where('status', '=', 'running')
          .execute()
        if (further) await insertRuns(trx, [further])
        else await forgetEarlier(trx, runId)
      }),
  }
}

/** All has been fetched again: only of objects that are not told any more is it still of use when they were first met. */
async function forgetEarlier(trx: Database, runId: string): Promise<void> {
  await sql`delete from earlier_created e where e.utility_authorization_id =
      (select utility_authorization_id from sync_runs where id = ${runId} and kind = 'sync')
    and (e.kind = 'usage_segments' or exists (select 1 from customer_objects o
      where o.utility_authorization_id = e.utility_authorization_id and o.kind = e.kind and o.id = e.id))`.execute(
    trx,
  )
}

/** When somebody should look whether what was due at this moment has happened. */
function after(at: Date): Date {
  return new Date(at.getTime() + LEFT_ALONE_MS)
}

/** Writes down that runs are wanted, where there is no open one. Gives the ids of those that are new. */
async function insertRuns(db: Database, requests: readonly RunRequest[]): Promise<string[]> {
  if (requests.length === 0) return []
  const rows = await db
    .insertInto('sync_runs')
    .values(requests.map(toRow))
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * The same, and an open run stays open until the transaction is over: who ends it then sees what counts on it.
 */
async function insertOrHold(db: Database, requests: readonly RunRequest[]): Promise<void> {
  if (requests.length === 0) return
  await db
    .insertInto('sync_runs')
    .values(requests.map(toRow))
    .onConflict((conflict) =>
      conflict
        .column('utility_authorization_id')
        // Written out: with parameters a prepared statement does not find the partial index once its plan is generic.
        .where(sql<boolean>`status = 'running' and kind = 'sync'`)
        .doUpdateSet({ turn: sql`sync_runs.turn` }),
    )
    .execute()
}

/** The data of these authorizations is wanted: written down as a part of what decides it. */
export async function requestRunsOf(
  db: Database,
  ids: readonly UtilityAuthorizationId[],
  at: Date,
): Promise<void> {
  const rows = await db
    .selectFrom('utility_authorizations')
    .select(['id', 'utility_id'])
    .where(sql<boolean>`id = any(${[...ids]})`)
    // In one order, so that two that hold several runs do not wait for each other.
    .orderBy('id')
    .execute()
  const requests = rows.map(({ id, utility_id }) => {
    const utilityAuthorizationId = id as UtilityAuthorizationId
    const runId = newRunId(utilityAuthorizationId)
    return { runId, utilityAuthorizationId, utilityId: utility_id, renews: false, at, eta: at }
  })
  await insertOrHold(db, requests)
}

function toRow(request: Omit<RunRequest, 'renews'> & { renews: boolean }): Insertable<SyncRunRow> {
  return {
    id: request.runId,
    utility_authorization_id: request.utilityAuthorizationId,
    utility_id: request.utilityId,
    kind: 'sync',
    status: 'running',
    planned: false,
    renews: request.renews,
    history_from: request.at,
    started_at: request.at,
    eta: request.eta,
    not_before: request.at,
    check_at: after(request.at),
  }
}

function toWindowRows(runId: string, windows: readonly Window[]): Insertable<SyncWindowRow>[] {
  return windows.map((window, number) => ({
    run_id: runId,
    number,
    purpose: window.purpose,
    window_from: window.from ?? null,
    window_to: window.to ?? null,
    status: 'waiting',
  }))
}

/** When a try may be made again that ends with its process: at once after the first, then later and later, so that one that kills workers does not kill one after the other. */
const CUT_OFF = sql`(case when tries = 0 then 0 else least(10 * power(2, tries - 1), 60) end) * interval '1 second'`

async function beginTry(db: Database, runId: string, at: Date): Promise<TryBegin> {
  const begun = await db
    .updateTable('sync_runs')
    .set({
      tries: sql`tries + 1`,
      turn: sql`turn + 1`,
      not_before: sql`${at}::timestamptz + ${CUT_OFF}`,
      check_at: sql`${after(at)}::timestamptz + ${CUT_OFF}`,
    })
    .where('id', '=', runId)
    .where('status', '=', 'running')
    .where('not_before', '<=', at)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('utility_pauses')
            .select('step')
            .whereRef('utility_pauses.utility_id', '=', 'sync_runs.utility_id')
            .where('paused_until', '>', at),
        ),
      ),
    )
    .returningAll()
    .executeTakeFirst()
  if (begun) return { kind: 'begun', run: toRun(begun) }
  const found = await db
    .selectFrom('sync_runs')
    .leftJoin('utility_pauses', 'utility_pauses.utility_id', 'sync_runs.utility_id')
    .select(['status', 'not_before', 'paused_until'])
    .where('id', '=', runId)
    .executeTakeFirst()
  if (found?.status !== 'running') return { kind: 'ended' }
  if (found.paused_until && found.paused_until > at) return { kind: 'paused', until: found.paused_until }
  return { kind: 'later', notBefore: found.not_before }
}

async function readNextStep(db: Database, runId: string): Promise<NextStep> {
  const { rows } = await sql<{ planned: boolean; next: number | null; waiting: bigint }>`
    select r.planned, min(w.number) as next, count(w.number) as waiting
    from sync_runs r left join sync_windows w on w.run_id = r.id and w.status = 'waiting'
    where r.id = ${runId} group by r.planned`.execute(db)
  const [row] = rows
  return { step: toStep(row), waiting: Number(row?.waiting ?? 0) }
}

function toStep(row: { planned: boolean; next: number | null } | undefined): Step {
  if (row && !row.planned) return 'plan'
  return row?.next ?? 'settle'
}

/** One statement: of two processes that look at once, each takes other runs. */
async function takeOverdue(db: Database, utilityId: string, at: Date, limit: number) {
  const { rows } = await sql<{ id: string; planned: boolean; next: number | null }>`
    update sync_runs r set check_at = ${after(at)}
    where r.id in (select o.id from sync_runs o where o.utility_id = ${utilityId} and o.status = 'running' and o.kind = 'sync'
      and o.check_at <= ${at} order by o.check_at limit ${limit} for update skip locked)
    returning r.id, r.planned,
      (select min(w.number) from sync_windows w where w.run_id = r.id and w.status = 'waiting') as next`.execute(
    db,
  )
  return rows.map((row) => ({ runId: row.id, step: toStep(row) }))
}

async function findOpen(db: Database, id: UtilityAuthorizationId): Promise<SyncRun | undefined> {
  const row = await newestRun(db, id).where('status', '=', 'running').executeTakeFirst()
  return row && toRun(row)
}

/** The newest run of the kind `sync` of an authorization. */
export function newestRun(db: Database, id: UtilityAuthorizationId) {
  return db
    .selectFrom('sync_runs')
    .selectAll()
    .where('utility_authorization_id', '=', id)
    .where('kind', '=', 'sync')
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
}

/** A row becomes a run. */
export function toRun(row: Selectable<SyncRunRow>): SyncRun {
  return {
    runId: row.id,
    utilityAuthorizationId: row.utility_authorization_id as UtilityAuthorizationId,
    utilityId: row.utility_id,
    kind: row.kind,
    status: row.status,
    planned: row.planned,
    renews: row.renews,
    historyFrom: row.history_from,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    eta: row.eta,
    failure: row.failure,
    tries: row.tries,
    turn: row.turn,
    preparingSince: row.preparing_since,
  }
}
