import { sql } from 'kysely'
import type { View } from '../src/cds/stores.ts'
import type { UtilityAuthorizationId } from '../src/shared/ids.ts'
import { toPiece } from '../src/shared/pieces.ts'
import type { Database } from '../src/store/database.ts'

/** What is stored: so many authorizations, each of one account, contract, service point and meter with so many days of usage. */
export interface Extent {
  authorizations: number
  days: number
  /** Accounts and contracts have numbers. */
  numbered?: boolean
  /** Series of a contract: days go to them in turn (`quality`), or each has every day (`points`). */
  series?: { count: number; by: 'quality' | 'points' }
}

const VALUES = `[${Array.from({ length: 96 }, (_, n) => `[{"eu":0.${1000 + ((n * 37) % 800)}}]`).join(',')}]`
const FORMATS = JSON.stringify([
  { id: 'f1', type: 'electric_usage', units: 'kWh', direction: 'net', quality: ['actual', 'validated'] },
])

/** Fills the tables of facts with statements of their own: a million days take a minute, not the hours that feeds would. */
export async function fillFacts(db: Database, extent: Extent): Promise<void> {
  const { authorizations, days, numbered = true, series = { count: 1, by: 'quality' } } = extent
  const piece = toPiece(VALUES)
  const number = (prefix: string) => (numbered ? sql`${prefix}::text || a` : sql`null::text`)
  for (const table of [
    'customer_objects',
    'customer_paths',
    'usage_series',
    'usage_segments',
    'authorization_syncs',
  ])
    await sql`truncate ${sql.table(table)}`.execute(db)
  const all = sql`generate_series(1, ${authorizations}::int) a`
  await sql`insert into authorization_syncs select 'ua_' || a, now() from ${all}`.execute(db)
  await sql`insert into customer_objects
    select 'ua_' || a, o.kind, o.kind || a, o.body::json, o.facets, '\\x00', now(), date_trunc('milliseconds', now() - a * interval '1 second')
    from ${all} cross join lateral (values
      ('accounts', json_build_object('cds_account_id', 'accounts' || a, 'cds_account_parent', null, 'account_number', ${number('A')})::text,
        jsonb_strip_nulls(jsonb_build_object('account_number', ${number('A')}))),
      ('service_contracts', json_build_object('cds_servicecontract_id', 'service_contracts' || a)::text,
        jsonb_strip_nulls(jsonb_build_object('contract_number', ${number('C')}))),
      ('service_points', json_build_object('cds_servicepoint_id', 'service_points' || a)::text,
        jsonb_build_object('current_servicecontracts', array['service_contracts' || a])),
      ('meter_devices', json_build_object('cds_meterdevice_id', 'meter_devices' || a)::text,
        jsonb_build_object('meter_number', 'M' || a))) o(kind, body, facets)`.execute(db)
  await sql`insert into customer_paths
    select 'ua_' || a, '\\x00', 'accounts' || a, ${number('A')}, 'service_contracts' || a, ${number('C')}, '{electric}',
      'service_points' || a, null, '{}', 'meter_devices' || a, 'M' || a from ${all}`.execute(db)
  await sql`insert into usage_series
    select 'ua_' || a, s, decode(lpad(to_hex(s), 8, '0'), 'hex'), 'accounts' || a, ${number('A')}, 'service_contracts' || a,
      ${number('C')}, 'service_points' || a, array['meter_devices' || a], '900', ${FORMATS}::json, '{electric_usage}', 86400,
      now(), date_trunc('milliseconds', now()), now()
    from ${all}, generate_series(1, ${series.count}::int) s`.execute(db)
  const inSeries = series.by === 'points' ? sql`true` : sql`s = 1 + d % ${series.count}::int`
  await sql`insert into usage_segments
    select 'ua_' || a, s, md5(a || ' ' || s || ' ' || d)::uuid, '2020-01-01Z'::timestamptz + d * interval '1 day',
      '2020-01-01Z'::timestamptz + (d + 1) * interval '1 day', now(), date_trunc('milliseconds', now()), 96,
      ${piece.textBytes}::int, ${piece.crc}::bigint, '\\x00', ${piece.bytes}::bytea
    from ${all}, generate_series(1, ${series.count}::int) s, generate_series(1, ${days}::int) d where ${inSeries}`.execute(
    db,
  )
  await sql`vacuum analyze customer_objects, customer_paths, usage_series, usage_segments, authorization_syncs`.execute(
    db,
  )
}

/** A grant for each of the first authorizations. */
export function viewsOf(count: number, change: Partial<View> = {}): View[] {
  return Array.from({ length: count }, (_, index) => ({
    utilityAuthorizationIds: [`ua_${index + 1}` as UtilityAuthorizationId],
    contracts: { ids: [`service_contracts${index + 1}`] },
    shows: new Set([
      'accounts',
      'service_contracts',
      'service_points',
      'meter_devices',
      'usage_segments',
    ] as const),
    only: {},
    includes: new Set([
      'include_account_numbers',
      'include_contract_numbers',
      'include_meter_numbers',
    ] as const),
    valueTypes: 'all',
    dates: {},
    ...change,
  }))
}
