import { sql } from 'kysely'
import type { UtilityAuthorizationId } from '../shared/ids.ts'
import type { SealKeys } from '../shared/seal.ts'
import type { SyncProgress, SyncStore, SyncWindow, Window } from '../sync/stores.ts'
import type { Database } from './database.ts'
import { endRun } from './end-run.ts'
import { eraseAuthorization } from './erase-authorization.ts'
import { BILLS } from './put-context.ts'
import { openRawFeed } from './raw-feeds.ts'
import { replaceWindow } from './replace-window.ts'
import { newestRun, runStore, toRun } from './sync-runs.ts'

/** The progress of fetching, the context of later feeds and what was refused, over PostgreSQL. */
export function syncStore(db: Database, keys: SealKeys): SyncStore {
  return {
    ...runStore(db),
    endRun: (end) => endRun(db, end),
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
    listContext: async (id, except) => {
      let query = db
        .selectFrom('espi_context')
        .select(['key', 'entry'])
        .where('utility_authorization_id', '=', id)
        .where('purpose', '<>', BILLS)
      if (except) query = query.where('purpose', '<>', except)
      const rows = await query.orderBy('key').execute()
      return rows.map((row) => ({ key: row.key, json: row.entry }))
    },
    listBills: async (id, days) => {
      const { rows } = await sql<{ days: string; key: string; entry: string }>`
        select split_part(key, ' ', 1) as days, substr(key, strpos(key, ' ') + 1) as key, entry::text as entry
        from espi_context where utility_authorization_id = ${id} and purpose = ${BILLS}
          and split_part(key, ' ', 1) = any(${days}::text[]) order by espi_context.key`.execute(db)
      return rows.map(({ entry, ...bill }) => ({ ...bill, json: entry }))
    },
    replaceWindow: (change) => replaceWindow(db, change),
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
