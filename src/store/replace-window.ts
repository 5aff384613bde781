import { createHash } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import { canonicalJson } from '../shared/json.ts'
import type { WindowChange } from '../sync/stores.ts'
import type { Translated } from '../translate/translated.ts'
import { compressText } from './compress.ts'
import type { Database } from './database.ts'
import { makeRoom } from './make-room.ts'
import type { Tables } from './schema.ts'
import type { SeenThroughRow } from './tables/customer-data.ts'

type Trx = Transaction<Tables>
type ObjectTable = 'accounts' | 'service_contracts' | 'service_points' | 'meter_devices'

/** Rows per statement: large enough to be quick, small enough to keep a statement's parameters under a few megabytes. */
const BATCH = 365

/** See `SyncStore.replaceWindow`. */
export async function replaceWindow(db: Database, change: WindowChange): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const window = await trx
      .selectFrom('sync_windows')
      .select('status')
      .where('run_id', '=', change.window.runId)
      .where('number', '=', change.window.number)
      .forUpdate()
      .executeTakeFirst()
    if (!window) return
    await putObjects(trx, change)
    await makeRoom(trx, change)
    await putUsageSegments(trx, change)
    await putContext(trx, change)
    await putRefused(trx, change)
    await markDone(trx, change)
  })
}

async function putObjects(trx: Trx, change: WindowChange): Promise<void> {
  const { accounts, serviceContracts, servicePoints, meterDevices } = change.translated
  await putObjectRows(
    trx,
    'accounts',
    accounts.map((object) => ({
      ...objectRow(object.cds_account_id, object, change),
      customer_number: object.customer_number ?? null,
      account_number: object.account_number ?? null,
      account_status: object.account_status ?? null,
    })),
  )
  await putObjectRows(
    trx,
    'service_contracts',
    serviceContracts.map((object) => ({
      ...objectRow(object.cds_servicecontract_id, object, change),
      account_id: object.cds_account_id,
      account_number: object.account_number ?? null,
      contract_number: object.contract_number ?? null,
      contract_status: object.contract_status,
      contract_types: object.contract_types,
      service_types: object.service_types,
    })),
  )
  await putObjectRows(
    trx,
    'service_points',
    servicePoints.map((object) => ({
      ...objectRow(object.cds_servicepoint_id, object, change),
      servicepoint_number: object.servicepoint_number,
      current_servicecontracts: object.current_servicecontracts,
      previous_servicecontracts: object.previous_servicecontracts,
      premise_numbers: (object.premises ?? []).map((premise) => premise.premise_number),
    })),
  )
  await putObjectRows(
    trx,
    'meter_devices',
    meterDevices.map((object) => ({
      ...objectRow(object.cds_meterdevice_id, object, change),
      meter_number: object.meter_number ?? null,
      current_servicepoints: object.current_servicepoints,
      previous_servicepoints: object.previous_servicepoints,
    })),
  )
  await putSeenThrough(trx, change)
}

function objectRow(id: string, object: object, { utilityId, at }: WindowChange) {
  return {
    id,
    utility_id: utilityId,
    body: JSON.stringify(object),
    content_hash: hash(canonicalJson(object)),
    created: at,
    modified: at,
    synced: at,
  }
}

/** New objects are inserted; changed ones replaced; unchanged ones keep their `modified` and get a new `synced`. */
async function putObjectRows(
  trx: Trx,
  table: ObjectTable,
  rows: readonly (ReturnType<typeof objectRow> & Record<string, unknown>)[],
): Promise<void> {
  for (const batch of batches(rows)) {
    const columns = Object.keys(batch[0] ?? {})
    const kept = new Set(['id', 'created', 'modified'])
    const assignments = columns
      .filter((column) => !kept.has(column))
      .map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`)
    const values = batch.map((row) => sql`(${sql.join(columns.map((column) => sql`${row[column]}`))})`)
    await sql`
      insert into ${sql.table(table)} as o (${sql.join(columns.map((column) => sql.ref(column)))})
      values ${sql.join(values)}
      on conflict (id) do update set ${sql.join(assignments)},
        modified = case when o.content_hash = excluded.content_hash then o.modified else excluded.modified end
    `.execute(trx)
  }
}

/** Exactly what this translation holds is seen through the authorization from now on: what the customer took out is gone. */
async function putSeenThrough(trx: Trx, { utilityAuthorizationId, translated }: WindowChange): Promise<void> {
  const kinds: [SeenThroughRow['kind'], string[]][] = [
    ['account', translated.accounts.map((object) => object.cds_account_id)],
    ['service_contract', translated.serviceContracts.map((object) => object.cds_servicecontract_id)],
    ['service_point', translated.servicePoints.map((object) => object.cds_servicepoint_id)],
    ['meter_device', translated.meterDevices.map((object) => object.cds_meterdevice_id)],
  ]
  for (const [kind, ids] of kinds) {
    await sql`delete from seen_through where utility_authorization_id = ${utilityAuthorizationId}
      and kind = ${kind} and object_id <> all(${ids}::text[])`.execute(trx)
    await sql`insert into seen_through (utility_authorization_id, kind, object_id)
      select ${utilityAuthorizationId}, ${kind}, unnest(${ids}::text[]) on conflict do nothing`.execute(trx)
  }
}

async function putUsageSegments(trx: Trx, change: WindowChange): Promise<void> {
  const numbers = numbersOf(change.translated)
  for (const segments of batches(change.translated.usageSegments)) {
    const rows = segments.map((segment) => {
      const values = JSON.stringify(segment.values)
      const formats = JSON.stringify(segment.formats)
      const account = segment.related_accounts[0] ?? null
      const contract = segment.related_servicecontracts[0] ?? null
      const about = [
        account,
        contract,
        segment.related_servicepoints[0] ?? '',
        ...segment.related_meterdevices,
      ]
      return {
        id: segment.cds_usagesegment_id,
        account_id: account,
        account_number: account && (numbers.get(account) ?? null),
        contract_id: contract,
        contract_number: contract && (numbers.get(contract) ?? null),
        service_point_id: segment.related_servicepoints[0] ?? '',
        meter_device_ids: `{${segment.related_meterdevices.join(',')}}`,
        segment_start: segment.segment_start,
        segment_end: segment.segment_end,
        interval_seconds: segment.interval.toString(),
        formats,
        segment_values: compressText(values),
        value_count: segment.values.length,
        content_hash: hash(
          JSON.stringify([about, segment.segment_start, segment.segment_end, segment.interval, formats]) +
            values,
        ),
      }
    })
    const column = <Key extends keyof (typeof rows)[number]>(key: Key) => rows.map((row) => row[key])
    await sql`
      insert into usage_segments as o (id, utility_id, account_id, account_number, contract_id, contract_number,
        service_point_id, meter_device_ids, segment_start, segment_end, interval_seconds, formats, segment_values, value_count,
        content_hash, created, modified, synced)
      select i.id, ${change.utilityId}, i.account_id, i.account_number, i.contract_id, i.contract_number,
        i.service_point_id, i.meter_device_ids::text[], i.segment_start, i.segment_end, i.interval_seconds, i.formats::json,
        i.segment_values, i.value_count, i.content_hash, ${change.at}, ${change.at}, ${change.at}
      from unnest(${column('id')}::text[], ${column('account_id')}::text[], ${column('account_number')}::text[],
        ${column('contract_id')}::text[], ${column('contract_number')}::text[], ${column('service_point_id')}::text[],
        ${column('meter_device_ids')}::text[], ${column('segment_start')}::timestamptz[],
        ${column('segment_end')}::timestamptz[], ${column('interval_seconds')}::text[], ${column('formats')}::text[],
        ${column('segment_values')}::bytea[], ${column('value_count')}::int[], ${column('content_hash')}::bytea[])
        as i(id, account_id, account_number, contract_id, contract_number, service_point_id, meter_device_ids, segment_start,
          segment_end, interval_seconds, formats, segment_values, value_count, content_hash)
      on conflict (id) do update set account_id = excluded.account_id, account_number = excluded.account_number,
        contract_id = excluded.contract_id, contract_number = excluded.contract_number,
        service_point_id = excluded.service_point_id, meter_device_ids = excluded.meter_device_ids,
        segment_start = excluded.segment_start, segment_end = excluded.segment_end,
        interval_seconds = excluded.interval_seconds, formats = excluded.formats,
        segment_values = excluded.segment_values, value_count = excluded.value_count,
        content_hash = excluded.content_hash, modified = excluded.modified, synced = excluded.synced
      where o.content_hash is distinct from excluded.content_hash`.execute(trx)
    await sql`update usage_segments set synced = ${change.at}
      where id = any(${column('id')}::text[]) and synced <> ${change.at}`.execute(trx)
  }
}

/** The numbers by which listings are ordered, by object id. */
function numbersOf({ accounts, serviceContracts }: Translated): ReadonlyMap<string, string | null> {
  return new Map([
    ...accounts.map((object) => [object.cds_account_id, object.account_number ?? null] as const),
    ...serviceContracts.map(
      (object) => [object.cds_servicecontract_id, object.contract_number ?? null] as const,
    ),
  ])
}

async function putContext(
  trx: Trx,
  { utilityAuthorizationId, window, context }: WindowChange,
): Promise<void> {
  // The customer's resources always come whole: what a feed no longer holds is gone at the utility.
  if (window.purpose === 'customer') {
    await trx
      .deleteFrom('espi_context')
      .where('utility_authorization_id', '=', utilityAuthorizationId)
      .where('purpose', '=', 'customer')
      .execute()
  }
  for (const entries of batches(context)) {
    await sql`insert into espi_context (utility_authorization_id, purpose, key, entry)
      select ${utilityAuthorizationId}, ${contextPurpose(window.purpose)}, i.key, i.entry::json
      from unnest(${entries.map((entry) => entry.key)}::text[], ${entries.map((entry) => entry.json)}::text[]) as i(key, entry)
      on conflict (utility_authorization_id, purpose, key) do update set entry = excluded.entry`.execute(trx)
  }
}

/** The list of usage points and the usage feeds speak of the same entries: one replaces the other. */
export function contextPurpose(purpose: WindowChange['window']['purpose']): 'customer' | 'usage' {
  return purpose === 'customer' ? 'customer' : 'usage'
}

async function putRefused(trx: Trx, change: WindowChange): Promise<void> {
  const key = windowKey(change.window)
  await trx
    .deleteFrom('refused_records')
    .where('utility_authorization_id', '=', change.utilityAuthorizationId)
    .where('window_key', '=', key)
    .execute()
  for (const refused of batches(change.translated.refused)) {
    await trx
      .insertInto('refused_records')
      .values(
        refused.map((record) => ({
          utility_authorization_id: change.utilityAuthorizationId,
          window_key: key,
          code: record.code,
          entry: record.entry,
          field: record.field,
          value: record.value ?? null,
          detail: record.detail,
          count: record.count,
          refused_at: change.at,
        })),
      )
      .execute()
  }
}

async function markDone(trx: Trx, { window, translated, bytes, at }: WindowChange): Promise<void> {
  await trx
    .updateTable('sync_windows')
    .set({
      status: 'done',
      bytes,
      segments: translated.usageSegments.length,
      refused: translated.refused.reduce((sum, record) => sum + record.count, 0),
      finished_at: at,
    })
    .where('run_id', '=', window.runId)
    .where('number', '=', window.number)
    .execute()
}

function windowKey(window: WindowChange['window']): string {
  return window.purpose === 'usage' ? `usage ${window.from.toISOString()}` : window.purpose
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function* batches<T>(list: readonly T[]): Generator<T[]> {
  for (let start = 0; start < list.length; start += BATCH) yield list.slice(start, start + BATCH)
}
