import { type RawBuilder, sql } from 'kysely'
import { kindOf } from '../cds/kinds/index.ts'
import type { DataRequest, SeenSegment, UsageSegmentFilter, View } from '../cds/stores.ts'
import type { Cursor, Page } from '../shared/page.ts'
import { checkGate, gateCte, passGate } from './access-gate.ts'
import type { Database } from './database.ts'
import { toKeyedPage } from './keyset.ts'
import { holds, inRange } from './list-objects.ts'
import { NO_ROWS, onSomePath, seriesPasses, viewRows, viewsTable } from './views-sql.ts'

/** A segment of a page, its series by authorization and number. */
export interface ListedSegment extends Omit<SeenSegment, 'series' | 'billSections'> {
  utilityAuthorizationId: string
  series: number
  /** What the ranges of the views leave of it. */
  shown: { start: number; end: number }
}

interface Row {
  current: boolean
  a: string
  series: number
  id: string
  start: number
  end: number
  shown_start: number
  shown_end: number
  created: number
  modified: number
  text_bytes: number
  text_crc: bigint
  piece: Buffer
  views: number[]
  account_key: string
  contract_key: string
}

/**
 * A page of usage, CDS-WG3-01 §10.8.8 #usage-segment-list: account, contract, start, then the newest change first. Visibility is decided
 * on series; a page then reads the few series of one contract after the other, from where the page begins, and no further than it ends.
 */
export async function listSegments(
  db: Database,
  views: readonly View[],
  filter: UsageSegmentFilter,
  page: DataRequest,
): Promise<Page<ListedSegment>> {
  const rows = viewRows(views, ['usage_segments'])
  if (!rows) {
    await checkGate(db, page.gate)
    return { items: [] }
  }
  const place = placeOf(page.cursor)
  const limit = page.limit + 1
  const found = await sql<Row>`
    with ${gateCte(page.gate)}, ${viewsTable(rows)}, visible as materialized (${VISIBLE_SERIES}),
    ranked as materialized (select *, ${seriesFilter(filter)} as listed from (${RANKED}) r),
    contracts as materialized (${CONTRACTS})${billedTable(views, filter)},
    page as materialized (
      select c.account_key, c.contract_key, x.* from (
        select * from contracts c where ${place.contracts}
        order by c.account_key collate "C" ${place.direction}, c.contract_key collate "C" ${place.direction}) c
      cross join lateral (
        select s.a, s.series, x.*, ${rows.isOnce ? sql`array[s.n]` : sql`array_agg(s.n)`} as views
        from unnest(c.a, c.series, c.n, c.lo, c.hi, c.hull_lo, c.hull_hi, c.account, c.point, c.has_rivals, c.seconds, c.longest)
          as s(a, series, n, lo, hi, hull_lo, hull_hi, account, point, has_rivals, seconds, longest)
        cross join lateral (
          select x.id, f.start, f.end, x.modified${rows.isOnce ? STORED : NOTHING} from usage_segments x cross join lateral (
            select ${shownAt('start')} as start, ${shownAt('end')} as end) f
          where x.utility_authorization_id = s.a and x.series = s.series
            and x.segment_start >= s.lo - s.longest and x.segment_start < s.hi
            and ${isInside('x', 's')} and ${segmentFilter(filter)} and ${place.segments} and ${notBeaten}
          order by x.segment_start ${place.direction}, x.modified ${place.opposite}, x.id ${place.direction}
          limit ${limit}) x
        ${rows.isOnce ? NOTHING : sql`group by s.a, s.series, x.id, x.start, x.end, x.modified`}
        order by x.start ${place.direction}, x.modified ${place.opposite}, x.id ${place.direction}
        limit ${limit}) x
      order by c.account_key collate "C" ${place.direction}, c.contract_key collate "C" ${place.direction},
        x.start ${place.direction}, x.modified ${place.opposite}, x.id ${place.direction}
      limit ${limit})
    select g.current, p.a, p.series, p.id, p.views, p.account_key, p.contract_key, ${epochMs('p.start')} as shown_start,
      ${epochMs('p.end')} as shown_end, x.text_bytes, x.text_crc, x.piece,
      ${epochMs('x.segment_start')} as start, ${epochMs('x.segment_end')} as end, ${epochMs('x.created')} as created,
      ${epochMs('x.modified')} as modified
    from gate g left join (page p cross join lateral (${rows.isOnce ? CARRIED : LOOKED_UP}) x) on g.current
    order by p.account_key collate "C" ${place.direction}, p.contract_key collate "C" ${place.direction},
      p.start ${place.direction}, p.modified ${place.opposite}, p.id ${place.direction}`.execute(db)
  const listed = toKeyedPage(
    passGate(found.rows, ({ id }) => id !== null),
    page,
    keysOf,
  )
  return { ...listed, items: listed.items.map(toSegment) }
}

const NOTHING = sql``
/** Where no authorization has two views, no row has to be found again once the page is known: it is carried along. */
const STORED = sql`, x.segment_start, x.segment_end, x.created, x.text_bytes, x.text_crc, x.piece`
const CARRIED = sql`select p.segment_start, p.segment_end, p.created, p.modified, p.text_bytes, p.text_crc, p.piece`
const LOOKED_UP = sql`select * from usage_segments x where x.utility_authorization_id = p.a and x.id = p.id offset 0`

/** What the customer no longer shares at the utility is shown to nobody: with its service point all usage goes. */
const pointIsTold = sql<boolean>`(s.point_id is null or exists (select 1 from customer_objects o
  where o.utility_authorization_id = v.a and o.kind = 'service_points' and o.id = s.point_id offset 0))`

/** One row for each series and each view that shows it, with the range of the view. */
const VISIBLE_SERIES = sql`
  select v.n, v.a, v.lo, v.hi, v.opens, s.series, s.account_id, s.account_number, s.contract_id, s.contract_number,
    s.point_id, s.meter_ids, s.modified, s.interval_seconds::numeric as seconds,
    make_interval(secs => s.longest_seconds) as longest
  from v cross join lateral (select * from usage_series s where s.utility_authorization_id = v.a offset 0) s
  where ${seriesPasses} and ${pointIsTold} and (v.types is null or s.value_types && v.types)`

/**
 * Each with its place in the listing: by the number that the newest telling tells of the account, of all that are visible, so that what
 * several authorizations told of one contract stands together. The id stands in for a number that nobody told.
 */
const RANKED = sql`
  select s.*,
    coalesce(first_value(s.account_number) over (partition by s.account_id
      order by (s.account_number is null), s.modified desc, s.a collate "C"), s.account_id, '') as account_key,
    coalesce(first_value(s.contract_number) over (partition by s.contract_id
      order by (s.contract_number is null), s.modified desc, s.a collate "C"), s.contract_id, '') as contract_key,
    ${openNumber('account')} as open_account_number, ${openNumber('contract')} as open_contract_number,
    min(s.lo) over (partition by s.a, s.series) as hull_lo, max(s.hi) over (partition by s.a, s.series) as hull_hi,
    min(s.a) over (partition by s.point_id) <> max(s.a) over (partition by s.point_id) as has_rivals
  from visible s`

/** The number as this access may read it. */
function openNumber(of: 'account' | 'contract'): RawBuilder<string | null> {
  const number = sql`case when ${sql.lit(`include_${of}_numbers`)} = any(s.opens) then ${sql.ref(`s.${of}_number`)} end`
  return sql`first_value(${number}) over (partition by ${sql.ref(`s.${of}_id`)}
    order by (${number} is null), s.modified desc, s.a collate "C")`
}

/** The series of one contract together, as arrays. */
const CONTRACTS = sql`
  select r.account_key, r.contract_key, array_agg(r.a) as a, array_agg(r.series) as series, array_agg(r.n) as n,
    array_agg(r.lo) as lo, array_agg(r.hi) as hi, array_agg(r.hull_lo) as hull_lo, array_agg(r.hull_hi) as hull_hi,
    array_agg(r.account_id) as account, array_agg(r.point_id) as point, array_agg(r.has_rivals) as has_rivals, array_agg(r.seconds) as seconds,
    array_agg(r.longest) as longest
  from ranked r where r.listed group by r.account_key, r.contract_key`

/** The range of a series' view holds one whole interval of a segment at least: of others nothing is left to show (§7.3.6, §7.3.7). */
function isInside(segment: string, series: string): RawBuilder<boolean> {
  const [start, end, lo, hi, seconds] = [
    sql.ref(`${segment}.segment_start`),
    sql.ref(`${segment}.segment_end`),
    sql.ref(`${series}.lo`),
    sql.ref(`${series}.hi`),
    sql.ref(`${series}.seconds`),
  ]
  return sql<boolean>`((${start} >= ${lo} and ${end} <= ${hi}) or (${end} > ${lo} and ${start} < ${hi} and
    case when ${lo} <= ${start} then 0 else ceil(extract(epoch from ${lo} - ${start}) / ${seconds}) end
      < floor(extract(epoch from least(${hi}, ${end}) - ${start}) / ${seconds})))`
}

/**
 * Where the first interval begins, or the last one ends, that some view of the series shows: what the ranges of views cut, the client knows
 * by these (§7.3.6, §7.3.7), so they count for order and filters. All views of a series are those of its contract.
 */
function shownAt(edge: 'start' | 'end'): RawBuilder<Date> {
  const isStart = edge === 'start'
  const [stored, bound] = isStart ? [sql`x.segment_start`, sql`lo`] : [sql`x.segment_end`, sql`hi`]
  const [round, best, isCut] = isStart ? [sql`ceil`, sql`min`, sql`>`] : [sql`floor`, sql`max`, sql`<`]
  return sql<Date>`case when s.${bound} ${isCut} ${stored} then (
    select ${best}(case when o.${bound} ${isCut} ${stored} then x.segment_start
      + ${round}(extract(epoch from o.${bound} - x.segment_start) / o.seconds) * o.seconds * interval '1 second' else ${stored} end)
    from unnest(c.a, c.series, c.lo, c.hi, c.seconds) as o(a, series, lo, hi, seconds)
    where o.a = s.a and o.series = s.series and ${isInside('x', 'o')}) else ${stored} end`
}

/**
 * Of several tellings of one segment the one is shown that covers more of what is visible, then the newest; the others are no part of the
 * listing, whatever the page.
 */
const notBeaten = sql<boolean>`(not s.has_rivals or not exists (
  select 1 from ranked o join usage_segments y
    on y.utility_authorization_id = o.a and y.series = o.series and y.id = x.id
  where o.point_id is not distinct from s.point and o.a <> s.a
    and ${isInside('y', 'o')}
    and (least(y.segment_end, o.hull_hi) - greatest(y.segment_start, o.hull_lo), y.modified, s.a collate "C")
      > (least(x.segment_end, s.hull_hi) - greatest(x.segment_start, s.hull_lo), x.modified, o.a collate "C")))`

/** Filters that are decided for a whole series; a number that no view opens finds nothing, so that nobody can confirm a guess. */
function seriesFilter(filter: UsageSegmentFilter): RawBuilder<boolean> {
  if (Object.values(filter).every((value) => value === undefined)) return sql<boolean>`true`
  const list = (values: readonly string[] | undefined) => sql`${values ? [...values] : null}::text[]`
  const oneOf = (column: string, values: readonly string[] | undefined) =>
    sql`(${list(values)} is null or ${sql.ref(column)} = any(${list(values)}))`
  return sql<boolean>`(${oneOf('r.account_id', filter.accountIds)}
    and ${oneOf('r.open_account_number', filter.accountNumbers)}
    and ${oneOf('r.contract_id', filter.contractIds)}
    and ${oneOf('r.open_contract_number', filter.contractNumbers)}
    and ${oneOf('r.point_id', filter.servicePointIds)}
    and (${list(filter.servicepointNumbers)} is null
      or r.point_id = any(${idsNumbered(SERVICE_POINT, list(filter.servicepointNumbers))}))
    and (${list(filter.meterDeviceIds)} is null or r.meter_ids && ${list(filter.meterDeviceIds)})
    and (${list(filter.meterNumbers)} is null
      or r.meter_ids && ${idsNumbered(METER, list(filter.meterNumbers))}) ${holdsOneOf(filter.ids)})`
}

/** Only series that hold one of the segments are gone through: with thousands of them the others would take most of the time. */
function holdsOneOf(ids: readonly string[] | undefined): RawBuilder<unknown> {
  if (!ids) return sql``
  return sql`and exists (select 1 from usage_segments x where x.utility_authorization_id = r.a
    and x.id = any(${ids.filter(isId)}::uuid[]) and x.series = r.series offset 0)`
}

/** Objects that series name, and how their numbers are found. */
interface Numbered {
  kind: string
  ids: RawBuilder<unknown>
  facet: string
  isOpen: RawBuilder<boolean>
}

const SERVICE_POINT: Numbered = {
  kind: 'service_points',
  ids: sql`array[s.point_id]`,
  facet: 'servicepoint_number',
  isOpen: sql<boolean>`true`,
}
const METER: Numbered = {
  kind: 'meter_devices',
  ids: sql`s.meter_ids`,
  facet: 'meter_number',
  isOpen: sql<boolean>`'include_meter_numbers' = any(s.opens)`,
}

/** Ids of those whose number, as the newest telling behind the visible series tells it, is one of the list: found once, not per series. */
function idsNumbered(
  { kind, ids, facet, isOpen }: Numbered,
  numbers: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`array(
    select s.id from (select distinct s.a, m.id from visible s cross join unnest(${ids}) as m(id) where ${isOpen}) s
    cross join lateral (select o.modified, o.facets->>${sql.lit(facet)} as number from customer_objects o
      where o.utility_authorization_id = s.a and o.kind = ${sql.lit(kind)} and o.id = s.id offset 0) o
    where o.number is not null
    group by s.id having (array_agg(o.number order by o.modified desc, s.a collate "C"))[1] = any(${numbers}))`
}

/** CDS-WG3-01 §10.8.8: `before` is about the start of a segment, `after` about its end. */
function segmentFilter({ ids, before, after, billSectionIds }: UsageSegmentFilter): RawBuilder<boolean> {
  const conditions = [sql<boolean>`true`]
  if (before) conditions.push(sql<boolean>`x.segment_start <= ${before} and f.start <= ${before}`)
  if (after) {
    conditions.push(sql<boolean>`x.segment_start >= ${after}::timestamptz - s.longest and f.end >= ${after}`)
  }
  if (ids) conditions.push(sql<boolean>`x.id = any(${ids.filter(isId)}::uuid[])`)
  if (billSectionIds) conditions.push(isBilled)
  return sql<boolean>`${sql.join(conditions, sql` and `)}`
}

/** Some section of the table `billed` is of this service point and of these days: what `related_billsections` names. */
const isBilled = sql<boolean>`exists (select 1 from billed b where b.a = s.a and b.account is not distinct from s.account and b.points ? s.point
  and b.starts < f.end and b.ends > f.start)`

/** The bill sections that the filter names and a view shows; nothing where nobody filters by them. */
function billedTable(views: readonly View[], { billSectionIds }: UsageSegmentFilter): RawBuilder<unknown> {
  if (!billSectionIds) return sql``
  const rows = viewRows(views, ['bill_sections']) ?? NO_ROWS
  const kind = kindOf('bill_sections')
  return sql`, billed as materialized (
    with ${viewsTable(rows)}
    select v.a, o.facets->>'account' as account, o.facets->'points' as points,
      (o.facets->>'period_start')::timestamptz as starts, (o.facets->>'period_end')::timestamptz as ends
    from v cross join lateral (select * from customer_objects o where o.utility_authorization_id = v.a
      and o.kind = 'bill_sections' and o.id = any(${[...billSectionIds]}::text[]) offset 0) o
    where ${onSomePath(holds(kind))} and ${inRange(kind)})`
}

/** Ids of ours are 32 hexadecimal digits; any other finds nothing. */
function isId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id)
}

/** Where a page begins, and in which direction it is read. */
function placeOf(cursor: Cursor | undefined) {
  const backwards = cursor?.direction === 'previous'
  const direction = sql.raw(backwards ? 'desc' : 'asc')
  const opposite = sql.raw(backwards ? 'asc' : 'desc')
  const always = sql<boolean>`true`
  if (cursor?.keys.length !== KEYS) return { direction, opposite, contracts: always, segments: always }
  const [account, contract, start, modified, id] = cursor.keys
  const [after, before] = backwards ? [sql.raw('<'), sql.raw('>')] : [sql.raw('>'), sql.raw('<')]
  const isHere = sql`(c.account_key = ${account}::text and c.contract_key = ${contract}::text)`
  const isThere = sql`${start}::timestamptz`
  // The first condition alone says where the index is entered: a segment that is cut is shown from later than it is stored from.
  const entered = backwards
    ? sql`x.segment_start <= case when ${isHere} then ${isThere} else 'infinity' end`
    : sql`x.segment_start >= case when ${isHere} and ${isThere} >= s.lo + s.seconds * interval '1 second'
        then ${isThere} else '-infinity' end`
  return {
    direction,
    opposite,
    contracts: sql<boolean>`(c.account_key collate "C", c.contract_key collate "C") ${after}= (${account}::text, ${contract}::text)`,
    segments: sql<boolean>`${entered} and (not ${isHere} or f.start ${after} ${isThere} or (f.start = ${isThere}
      and (x.modified ${before} ${modified}::timestamptz or (x.modified = ${modified}::timestamptz and x.id ${after} ${id}::uuid))))`,
  }
}

const KEYS = 5

/** Epoch milliseconds: our moments have no more digits. */
function epochMs(column: string): RawBuilder<number> {
  return sql<number>`(extract(epoch from ${sql.ref(column)}) * 1000)::float8`
}

function keysOf(row: Row): string[] {
  const moment = (ms: number) => new Date(ms).toISOString()
  return [row.account_key, row.contract_key, moment(row.shown_start), moment(row.modified), row.id]
}

function toSegment(row: Row): ListedSegment {
  const { a, series, id, start, end, created, modified, views } = row
  return {
    utilityAuthorizationId: a,
    series,
    id: id.replaceAll('-', ''),
    start,
    end,
    created,
    modified,
    views,
    shown: { start: row.shown_start, end: row.shown_end },
    values: { bytes: row.piece, textBytes: row.text_bytes, crc: Number(row.text_crc) },
  }
}
