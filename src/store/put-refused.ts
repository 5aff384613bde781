import { sql, type Transaction } from 'kysely'
import type { WindowChange } from '../sync/stores.ts'
import type { Refused } from '../translate/translated.ts'
import type { Tables } from './schema.ts'

/** What a window could not translate takes the place of what it could not the last time; the same again is not written. */
export async function putRefused(trx: Transaction<Tables>, change: WindowChange): Promise<void> {
  const { utilityAuthorizationId: id, translated, at } = change
  const key = windowKey(change.window)
  const stored = await sql<Row>`/* find-refused */
    select code, entry, field, value, detail, count from refused_records
    where utility_authorization_id = ${id} and window_key = ${key} order by id`.execute(trx)
  const told = JSON.stringify(translated.refused.map(toRow))
  if (told === JSON.stringify(stored.rows)) return
  await sql`/* put-refused */
    with gone as (delete from refused_records where utility_authorization_id = ${id} and window_key = ${key})
    insert into refused_records (utility_authorization_id, window_key, code, entry, field, value, detail, count, refused_at)
    select ${id}, ${key}, t.code, t.entry, t.field, t.value, t.detail, t.count, ${at}::timestamptz
    from json_to_recordset(${told}::json) as t(code text, entry text, field text, value text, detail text, count integer)`.execute(
    trx,
  )
}

type Row = Record<'code' | 'entry' | 'field' | 'detail', string> & { value: string | null; count: number }

/** Members in the order of the statement's columns. */
function toRow({ code, entry, field, value, detail, count }: Refused): Row {
  return { code, entry, field, value: value ?? null, detail, count }
}

function windowKey(window: WindowChange['window']): string {
  return window.purpose === 'usage' ? `usage ${window.from.toISOString()}` : window.purpose
}
