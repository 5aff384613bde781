import { type RawBuilder, sql } from 'kysely'
import { kindOf } from '../cds/kinds/index.ts'
import { kindNames } from '../cds/kinds/kind.ts'
import type { Series, View, VisibleIds } from '../cds/stores.ts'
import type { Database } from './database.ts'
import { holds, inRange } from './list-objects.ts'
import { onSomePath, viewRows, viewsTable } from './views-sql.ts'
import { groupByKind, visibleOf } from './visible-ids.ts'

/** Which series: by authorization and number. */
export interface SeriesKey {
  utilityAuthorizationId: string
  series: number
}

interface HeadRow {
  a: string
  n: number
  account: string | null
  contract: string | null
  point: string | null
  meters: string[]
  interval: string
  formats: string
  synced: number
}

/**
 * The series behind a page of segments, by `seriesKey`, and which of the objects that they name the views show: looked for where the
 * series were told first, and through the other authorizations only where something is missing.
 */
export async function readSeries(
  db: Database,
  views: readonly View[],
  keys: readonly SeriesKey[],
): Promise<SeriesOfPage> {
  const shown = viewRows(views, [...kindNames, 'usage_segments'])
  if (keys.length === 0 || !shown) return { series: new Map(), visible: new Map(), sections: [] }
  const authorizations = [...new Set(keys.map((key) => key.utilityAuthorizationId))]
  const { rows } = await sql<{ heads: string; visible: string; sections: string }>`
    with ${viewsTable(shown)},
    heads as materialized (
      select s.* from unnest(${keys.map((key) => key.utilityAuthorizationId)}::text[], ${keys.map((key) => key.series)}::int[])
        as w(a, n)
      cross join lateral (select * from usage_series s
        where s.utility_authorization_id = w.a and s.series = w.n offset 0) s),
    named as materialized (
      select distinct named.kind, named.id from heads h cross join lateral (
        select 'accounts', h.account_id union all select 'service_contracts', h.contract_id
        union all select 'service_points', h.point_id union all select 'meter_devices', unnest(h.meter_ids)
        ${METERS_OF_FORMATS}) named(kind, id)
      where named.id is not null),
    near as materialized (${visibleOf(sql`named`)} and v.a = any(${authorizations}::text[])),
    missing as materialized (select * from named except select * from near),
    visible as (select * from near union ${visibleOf(sql`missing`)} and exists (select 1 from missing)
      and v.a <> all(${authorizations}::text[])),
    sections as materialized (${sectionsOf(authorizations)})
    select (select json_agg(json_build_object('a', utility_authorization_id, 'n', series, 'account', account_id,
        'contract', contract_id, 'point', point_id, 'meters', meter_ids, 'interval', interval_seconds,
        'formats', formats::text, 'synced', floor(extract(epoch from synced) * 1000)))::text from heads) as heads,
      (select coalesce(json_agg(json_build_object('kind', kind, 'id', id)), '[]')::text from visible) as visible,
      (select coalesce(json_agg(to_json(s) order by s."from", s."to", s.id), '[]')::text from sections s) as sections`.execute(
    db,
  )
  const heads: HeadRow[] = JSON.parse(rows[0]?.heads ?? '[]')
  return {
    series: new Map(
      heads.map((head) => [seriesKey({ utilityAuthorizationId: head.a, series: head.n }), toSeries(head)]),
    ),
    visible: groupByKind(JSON.parse(rows[0]?.visible ?? '[]')),
    sections: JSON.parse(rows[0]?.sections ?? '[]'),
  }
}

/** What a page of segments needs beside them. */
export interface SeriesOfPage {
  series: ReadonlyMap<string, Series>
  visible: VisibleIds
  /** Bill sections, in the order of their periods. */
  sections: readonly BilledPeriod[]
}

/** A bill section of a service point, told by the same authorization as its usage; moments as `2026-01-31T05:00:00Z`. */
export interface BilledPeriod {
  id: string
  a: string
  account: string
  points: readonly string[]
  from: string
  to: string
}

/** The bill sections of the points of the table `heads` that a view shows. */
function sectionsOf(authorizations: readonly string[]): RawBuilder<unknown> {
  const kind = kindOf('bill_sections')
  return sql`
    select distinct on (o.id, v.a) o.id, v.a, o.facets->>'account' as account, o.facets->'points' as points,
      o.facets->>'period_start' as "from", o.facets->>'period_end' as "to"
    from v cross join lateral (select * from customer_objects o
      where o.utility_authorization_id = v.a and o.kind = 'bill_sections' offset 0) o
    where 'bill_sections' = any(v.shows) and v.a = any(${authorizations}::text[])
      and exists (select 1 from heads h where h.utility_authorization_id = v.a and o.facets->'points' ? h.point_id)
      and ${onSomePath(holds(kind))} and ${inRange(kind)}`
}

/** Formats name meters too, in a list or alone (CDS-WG3-01 §10.8.5.1.1 #usage-segment-electric-usage-value-format). */
const METERS_OF_FORMATS = sql`
  union all select 'meter_devices', f->>'related_meterdevice' from json_array_elements(h.formats) f
  union all select 'meter_devices', m from json_array_elements(h.formats) f
    cross join json_array_elements_text(coalesce(f->'related_meterdevices', '[]')) m`

export function seriesKey({ utilityAuthorizationId, series }: SeriesKey): string {
  return `${utilityAuthorizationId} ${series}`
}

function toSeries(head: HeadRow): Series {
  return {
    accountId: head.account,
    contractId: head.contract,
    servicePointId: head.point,
    meterDeviceIds: head.meters,
    interval: head.interval,
    formats: head.formats,
    synced: new Date(head.synced),
  }
}
