import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { SealKeys } from '../shared/seal.ts'
import type { SyncProgress, SyncRun, SyncStore, SyncWindow, Window } from '../sync/stores.ts'
import type { Database } from './database.ts'
import { eraseAuthorization } from './erase-authorization.ts'
import { openRawFeed } from './raw-feeds.ts'
import { replaceWindow } from './replace-window.ts'

/** The progress of fetching, the context of later feeds and what was refused, over PostgreSQL. */
export function syncStore(db: Database, keys: SealKeys): SyncStore {
  return {
    beginRun: (run, windows) =>
      db.transaction().execute(async (trx) => {
        const inserted = await trx
          .insertInto('sync_runs')
          .values({
            id: run.runId,
            utility_authorization_id: run.utilityAuthorizationId,
            kind: run.kind,
            status: 'running',
            history_from: run.historyFrom,
            started_at: run.startedAt,
            eta: run.eta,
          })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst()
        if (!inserted.numInsertedOrUpdatedRows) return
        await trx
          .insertInto('sync_windows')
          .values(windows.map((window, number) => windowRow(run.runId, number, window)))
          .execute()
      }),
    findRun: async (runId) => {
      const row = await db.selectFrom('sync_runs').selectAll().where('id', '=', runId).executeTakeFirst()
      return row && toRun(row)
    },
    latestRun: async (id) => {
      const row = await newestRun(db, id).executeTakeFirst()
      return row && toRun(row)
    },
    latestDoneRun: async (id) => {
      const row = await newestRun(db, id).where('status', '=', 'done').executeTakeFirst()
      return row && toRun(row)
    },
    listRunning: async () => {
      const rows = await db
        .selectFrom('sync_runs')
        .selectAll()
        .where('kind', '=', 'sync')
        .where('status', '=', 'running')
        .execute()
      return rows.map(toRun)
    },
    findWindow: async (runId, number) => {
      const row = await db
        .selectFrom('sync_windows')
        .selectAll()
        .where('run_id', '=', runId)
        .where('number', '=', number)
        .executeTakeFirst()
      return row && toWindow(row)
    },
    nextWindow: async (runId) => {
      const row = await db
        .selectFrom('sync_windows')
        .selectAll()
        .where('run_id', '=', runId)
        .where('status', '=', 'waiting')
        .orderBy('number')
        .limit(1)
        .executeTakeFirst()
      return row && toWindow(row)
    },
    progress: (id) => readProgress(db, id),
    setEta: async (runId, eta) => {
      await db.updateTable('sync_runs').set({ eta }).where('id', '=', runId).execute()
    },
    finishRun: async (runId, status, at, failure) => {
      await db
        .updateTable('sync_runs')
        .set({ status, finished_at: at, failure: failure ?? null })
        .where('id', '=', runId)
        .where('status', '=', 'running')
        .execute()
    },
    listContext: async (id, except) => {
      let query = db
        .selectFrom('espi_context')
        .select(['key', 'entry'])
        .where('utility_authorization_id', '=', id)
      if (except) query = query.where('purpose', '<>', except)
      const rows = await query.orderBy('key').execute()
      return rows.map((row) => ({ key: row.key, json: row.entry }))
    },
    replaceWindow: (change) => replaceWindow(db, change),
    failWindow: async (runId, number) => {
      await db
        .updateTable('sync_windows')
        .set({ status: 'failed' })
        .where('run_id', '=', runId)
        .where('number', '=', number)
        .where('status', '=', 'waiting')
        .execute()
    },
    listRefused: async (id) => {
      const rows = await db
        .selectFrom('refused_records')
        .selectAll()
        .where('utility_authorization_id', '=', id)
        .orderBy('id')
        .execute()
      return rows.map(({ code, entry, field, value, detail, count }) => ({
        code,
        entry,
        field,
        ...(value === null ? {} : { value }),
        detail,
        count,
      }))
    },
    openRawFeed: (window, expiresAt) => openRawFeed(db, keys, window, expiresAt),
    purgeRawFeeds: async (now) => {
      const result = await db.deleteFrom('raw_feeds').where('expires_at', '<=', now).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
    eraseAuthorization: (id) => eraseAuthorization(db, id),
  }
}

function windowRow(runId: string, number: number, window: Window) {
  return {
    run_id: runId,
    number,
    purpose: window.purpose,
    window_from: window.from ?? null,
    window_to: window.to ?? null,
    status: 'waiting' as const,
  }
}

function newestRun(db: Database, id: UtilityAuthorizationId) {
  return db
    .selectFrom('sync_runs')
    .selectAll()
    .where('utility_authorization_id', '=', id)
    .where('kind', '=', 'sync')
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
}

function toRun(row: {
  id: string
  utility_authorization_id: string
  kind: SyncRun['kind']
  status: SyncRun['status']
  history_from: Date
  started_at: Date
  finished_at: Date | null
  eta: Date
  failure: string | null
}): SyncRun {
  return {
    runId: row.id,
    utilityAuthorizationId: row.utility_authorization_id as UtilityAuthorizationId,
    kind: row.kind,
    status: row.status,
    historyFrom: row.history_from,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    eta: row.eta,
    failure: row.failure,
  }
}

function toWindow(row: {
  run_id: string
  number: number
  purpose: Window['purpose']
  window_from: Date | null
  window_to: Date | null
  status: SyncWindow['status']
}): SyncWindow {
  const base = { runId: row.run_id, number: row.number, status: row.status }
  if (row.purpose !== 'usage') return { ...base, purpose: row.purpose }
  if (!row.window_from || !row.window_to) throw new Error('a usage window without its two moments')
  return { ...base, purpose: 'usage', from: row.window_from, to: row.window_to }
}

async function readProgress(db: Database, id: UtilityAuthorizationId): Promise<SyncProgress | undefined> {
  const row = await newestRun(db, id).executeTakeFirst()
  if (!row) return undefined
  const counts = await db
    .selectFrom('sync_windows')
    .select((eb) => [
      'status',
      eb.fn.countAll<bigint>().as('windows'),
      eb.fn.sum<string | null>('bytes').as('bytes'),
      eb.fn.sum<bigint | null>('segments').as('segments'),
      eb.fn.sum<bigint | null>('refused').as('refused'),
    ])
    .where('run_id', '=', row.id)
    .groupBy('status')
    .execute()
  const windows = { waiting: 0, done: 0, failed: 0 }
  for (const count of counts) windows[count.status] = Number(count.windows)
  const sum = (key: 'bytes' | 'segments' | 'refused') =>
    counts.reduce((total, count) => total + BigInt(count[key] ?? 0), 0n)
  return {
    ...toRun(row),
    windows,
    bytes: sum('bytes'),
    segments: Number(sum('segments')),
    refused: Number(sum('refused')),
  }
}
