import { type RawBuilder, sql } from 'kysely'
import { kindOf } from '../cds/kinds/index.ts'
import type { Facet, Filter, Kind, KindName, OrderKey } from '../cds/kinds/kind.ts'
import type { DataRequest, ObjectFilter, Telling, Told, View } from '../cds/stores.ts'
import type { Decimal } from '../shared/decimal.ts'
import { parseExact } from '../shared/json.ts'
import type { Page } from '../shared/page.ts'
import { checkGate, gateCte, passGate } from './access-gate.ts'
import type { Database } from './database.ts'
import { beyond, orderBy, type SortKey, sortKeys, toPage } from './keyset.ts'
import { onSomePath, type ViewRows, viewRows, viewsTable } from './views-sql.ts'

type Condition = RawBuilder<boolean>

/** What one view shows of an object through one authorization is a row `s`; of these the object is merged (`cds/merge-tellings.ts`). */
const NEWEST_FIRST = sql`s.modified desc, s.a collate "C"`

interface Row {
  current: boolean
  id: string
  created: Date
  modified: Date
  synced: Date
  tellings: string
  sort_keys: string[]
}

/**
 * A page of objects of one kind. Visibility comes first, merging second: rows that no view shows take no part in anything; filters and
 * order then look at the merged object, and at members that the access may read.
 */
export async function listObjects(
  db: Database,
  name: KindName,
  views: readonly View[],
  filter: ObjectFilter,
  page: DataRequest,
): Promise<Page<Told>> {
  const rows = viewRows(views, [name])
  if (!rows) {
    await checkGate(db, page.gate)
    return { items: [] }
  }
  const kind = kindOf(name)
  const statement =
    rows.single && isUnfiltered(filter) ? asTold(kind, rows, page) : asMerged(kind, { rows, filter, page })
  const found = await statement.execute(db)
  const listed = toPage(
    passGate(found.rows, ({ id }) => id !== null),
    page,
  )
  return { ...listed, items: listed.items.map(toTold) }
}

/** All tellings of the objects of a page; filters and order look at what they are together. */
function asMerged(
  kind: Kind,
  { rows, filter, page }: { rows: ViewRows; filter: ObjectFilter; page: DataRequest },
): RawBuilder<Row> {
  const order = orderOf(kind)
  return sql<Row>`
    with ${gateCte(page.gate)}, ${viewsTable(rows)}, seen as materialized (${seenRows(kind)}),
    listed as (
      select s.id, min(s.created) as created, max(s.modified) as modified ${orderColumns(kind)}
      from seen s group by s.id having ${passes(kind, filter)}),
    page as materialized (
      select l.*, ${sortKeys(order)} as sort_keys from listed l
      where ${beyond(order, page.cursor)} order by ${orderBy(order, page.cursor)} limit ${page.limit + 1})
    select g.current, l.id, l.created, l.modified, l.sort_keys, t.synced, t.tellings
    from gate g left join (page l cross join lateral (
      select max(y.synced) as synced, json_agg(json_build_object('a', t.a, 'views', t.views, 'object', o.body,
        'modified', (extract(epoch from o.modified) * 1000)::bigint))::text as tellings
      from (select s.a, json_agg(s.n) as views from seen s where s.id = l.id group by s.a) t
      join customer_objects o on o.utility_authorization_id = t.a and o.kind = ${kind.name} and o.id = l.id
      left join authorization_syncs y on y.utility_authorization_id = t.a) t) on g.current
    order by ${orderBy(order, page.cursor)}`
}

/** Through one authorization and one view, unfiltered: an object is what was told. */
function asTold(kind: Kind, rows: ViewRows, page: DataRequest): RawBuilder<Row> {
  const order = orderOf(kind)
  return sql<Row>`
    with ${gateCte(page.gate)}, ${viewsTable(rows)},
    page as materialized (
      select l.*, ${sortKeys(order)} as sort_keys from (
        select v.n, v.a, o.id, o.created, o.modified, o.body ${toldOrder(kind)}
        from v cross join lateral (select * from customer_objects o
          where o.utility_authorization_id = v.a and o.kind = ${kind.name} offset 0) o
        where ${onSomePath(holds(kind))} and ${inRange(kind)}) l
      where ${beyond(order, page.cursor)} order by ${orderBy(order, page.cursor)} limit ${page.limit + 1})
    select g.current, l.id, l.created, l.modified, l.sort_keys, y.synced, json_build_array(json_build_object('a', l.a,
      'views', array[l.n], 'object', l.body, 'modified', (extract(epoch from l.modified) * 1000)::bigint))::text as tellings
    from gate g left join (page l left join authorization_syncs y on y.utility_authorization_id = l.a) on g.current
    order by ${orderBy(order, page.cursor)}`
}

function isUnfiltered({ lists, dates, q }: ObjectFilter): boolean {
  return Object.keys(lists).length + Object.keys(dates).length === 0 && q === undefined
}

function seenRows(kind: Kind): RawBuilder<unknown> {
  return sql`select v.n, v.a, v.includes, o.id, o.created, o.modified, o.facets
    from v cross join lateral (select * from customer_objects o
      where o.utility_authorization_id = v.a and o.kind = ${kind.name} offset 0) o
    where ${onSomePath(holds(kind))} and ${inRange(kind)}`
}

/** How a path holds an object: by all members that place it. */
export function holds({ lineage }: Kind): Condition {
  const conditions = Object.entries(lineage).map(([place, facet]) => {
    const column = sql.ref(`p.${place}_id`)
    if (facet === 'id') return sql`${column} = o.id`
    return sql`o.facets->${sql.lit(facet)} @> to_jsonb(${column})`
  })
  return sql<boolean>`(${sql.join(conditions, sql` and `)})`
}

/** CDS-WG3-01 §7.3.2 to §7.3.5: dates that bound what the view shows. */
export function inRange({ range }: Kind): Condition {
  if (!range) return sql<boolean>`true`
  const [from, to] = [range.from, range.to].map(({ field, facet }) => ({
    bound: sql`v.dates->>${sql.lit(field)}`,
    value: sql`o.facets->>${sql.lit(facet)}`,
  }))
  return sql<boolean>`(${from?.bound} is null or ${from?.value} >= ${from?.bound} collate "C")
    and (${to?.bound} is null or ${to?.value} <= ${to?.bound} collate "C")`
}

/** A facet of the merged object as jsonb: of the newest telling that tells it, or of all where the members count together. */
function merged(facet: string, of: Facet<never> | undefined): RawBuilder<unknown> {
  const name = sql.lit(facet)
  const open = of?.opened ? sql`and ${sql.lit(of.opened)} = any(s.includes)` : sql``
  if (of?.union) return sql`jsonb_agg(s.facets->${name}) filter (where s.facets ? ${name} ${open})`
  return sql`(array_agg(s.facets->${name} order by ${NEWEST_FIRST}) filter (where s.facets ? ${name} ${open}))[1]`
}

/** No URL parameters, or all of them, those that are not there as nulls: two texts, whatever is asked. */
function passes(kind: Kind, filter: ObjectFilter): Condition {
  if (isUnfiltered(filter)) return sql<boolean>`true`
  const tests = Object.entries(kind.filters).map(([parameter, test]) =>
    passesTest(kind, parameter, test, filter),
  )
  if (kind.search) tests.push(containsTerm(kind, kind.search, filter.q))
  return sql<boolean>`${sql.join(tests, sql` and `)}`
}

function passesTest(kind: Kind, parameter: string, { facet, test }: Filter, filter: ObjectFilter): Condition {
  const value = merged(facet, kind.facets[facet])
  if (test === 'onOrBefore' || test === 'onOrAfter') {
    const date = sql`${filter.dates[parameter] ?? null}::text`
    const compare = test === 'onOrBefore' ? sql`<=` : sql`>=`
    return sql<boolean>`(${date} is null or (${value}) #>> '{}' ${compare} ${date} collate "C")`
  }
  const list = sql`${filter.lists[parameter] ?? null}::text[]`
  if (facet === 'id') return sql<boolean>`(${list} is null or s.id = any(${list}))`
  return sql<boolean>`(${list} is null or coalesce(jsonb_path_query_array(${value}, '$[*][*]') ?| ${list}, false))`
}

/**
 * The search term `q`: case-insensitive, and only in members that the access may read: nobody shall find out by searching what they may
 * not read (CDS-WG3-01 §10.1.10 #accounts-list "if the field is accessible").
 */
function containsTerm(kind: Kind, search: readonly string[], q: string | undefined): Condition {
  const needle = sql`${q === undefined ? null : `%${q.replace(/[\\%_]/g, (char) => `\\${char}`)}%`}::text`
  const hits = search.map((facet) =>
    facet === 'id'
      ? sql`s.id ilike ${needle}`
      : sql`exists (select 1 from jsonb_array_elements_text(
          jsonb_path_query_array(${merged(facet, kind.facets[facet])}, '$[*][*]')) e where e ilike ${needle})`,
  )
  return sql<boolean>`(${needle} is null or ${sql.join(hits, sql` or `)})`
}

/** What the kind is ordered by, of the merged object, as columns `k0`, `k1` … whether or not the access may read it. */
function orderColumns({ order, facets }: Kind): RawBuilder<unknown> {
  return columnsOf(order, (facet) =>
    facet === 'id'
      ? sql`s.id`
      : sql`(${merged(facet, { ...facets[facet], opened: undefined } as Facet<never>)}) #>> '{}'`,
  )
}

/** The same of what one authorization told. */
function toldOrder({ order }: Kind): RawBuilder<unknown> {
  return columnsOf(order, (facet) => (facet === 'id' ? sql`o.id` : sql`o.facets->>${sql.lit(facet)}`))
}

function columnsOf(
  order: readonly OrderKey[],
  textOf: (facet: string) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  const columns = order.map((key, index) => {
    if (key.by === 'modified') return sql``
    const { by, orElse } = key as Exclude<OrderKey, { by: 'modified' }>
    const other = orElse === undefined ? sql`''` : textOf(orElse)
    return sql`, coalesce(${textOf(by)}, ${other}, '') as ${sql.ref(`k${index}`)}`
  })
  return sql.join(columns, sql` `)
}

/** The id makes the order total. */
function orderOf({ order }: Kind): SortKey[] {
  const keys = order.map((key, index): SortKey => {
    if (key.by === 'modified') return { expression: sql`l.modified`, type: 'timestamptz', descending: true }
    const descending = 'descending' in key && key.descending === true
    return { expression: sql`${sql.ref(`l.k${index}`)} collate "C"`, type: 'text collate "C"', descending }
  })
  return [...keys, { expression: sql`l.id collate "C"`, type: 'text collate "C"' }]
}

interface TellingJson {
  a: string
  object: Telling['object']
  modified: Decimal
  views: Decimal[]
}

function toTold({ id, created, modified, synced, tellings }: Row): Told {
  const told = parseExact(tellings) as unknown as TellingJson[]
  return { id, created, modified, synced, tellings: told.map(toTelling) }
}

function toTelling({ a, object, modified, views }: TellingJson): Telling {
  return {
    utilityAuthorizationId: a,
    object,
    modified: new Date(Number(modified.toString())),
    views: views.map((n) => Number(n.toString())),
  }
}
