import { type RawBuilder, sql } from 'kysely'
import type { Include, KindName } from '../cds/kinds/kind.ts'
import type { View } from '../cds/stores.ts'

type Condition = RawBuilder<boolean>

/** Views as parameters: one entry of the arrays for each view and each of its authorizations, what most have in common once. */
export interface ViewRows {
  numbers: string
  authorizations: string
  contracts: string
  since: string
  shapes: string
  /** Index of the shape of each entry. */
  shapeOf: string
  /** No authorization stands there twice. */
  isOnce: boolean
  /** The one entry, where there is one alone. */
  single: SingleRow | undefined
}

/** A view over one authorization. */
type SingleRow = {
  n: number
  a: string
  contracts: readonly string[] | undefined
  since: string | undefined
} & ReturnType<typeof toShape>

/** Nobody's views. */
export const NO_ROWS: ViewRows = {
  numbers: '{}',
  authorizations: '{}',
  contracts: '{}',
  since: '{}',
  shapes: '[]',
  shapeOf: '{}',
  isOnce: true,
  single: undefined,
}

/** Made once for the views of an access that is kept: with thousands of grants it takes longer than the page. */
const made = new WeakMap<readonly View[], Map<string, ViewRows | undefined>>()

/** The views that show one of these kinds, as `viewsTable` reads them; undefined: none does. */
export function viewRows(
  views: readonly View[],
  kinds: readonly (KindName | 'usage_segments')[],
): ViewRows | undefined {
  const known = made.get(views) ?? new Map<string, ViewRows | undefined>()
  made.set(views, known)
  const key = kinds.join()
  if (!known.has(key)) known.set(key, toRows(views, kinds))
  return known.get(key)
}

function toRows(
  views: readonly View[],
  kinds: readonly (KindName | 'usage_segments')[],
): ViewRows | undefined {
  const opens = openThrough(views)
  const shapes = new Map<string, number>()
  const entries = views.flatMap((view, n) => {
    if (!kinds.some((kind) => view.shows.has(kind))) return []
    const chosen = view.contracts === 'all' ? undefined : view.contracts
    return view.utilityAuthorizationIds.map((a) => {
      const whole = toShape(view, opens.get(a) ?? [])
      const shape = JSON.stringify(whole)
      const number = shapes.get(shape) ?? shapes.size
      shapes.set(shape, number)
      return { n, a, contracts: chosen?.ids, since: chosen?.since?.toISOString(), shape: number, whole }
    })
  })
  const [first] = entries
  if (!first) return undefined
  return {
    numbers: toArray(entries.map(({ n }) => n)),
    authorizations: toArray(entries.map(({ a }) => a)),
    contracts: toArray(entries.map(({ contracts }) => contracts?.join(' '))),
    since: toArray(entries.map(({ since }) => since)),
    shapes: `[${[...shapes].map(([shape, number]) => `{"shape":${number},${shape.slice(1)}`).join(',')}]`,
    shapeOf: toArray(entries.map(({ shape }) => shape)),
    isOnce: new Set(entries.map(({ a }) => a)).size === entries.length,
    single: entries.length === 1 ? { ...first, ...first.whole } : undefined,
  }
}

/** The text of a PostgreSQL array. */
function toArray(values: readonly (string | number | undefined)[]): string {
  const quoted = (value: string | number) => `"${String(value).replace(/["\\]/g, '\\$&')}"`
  return `{${values.map((value) => (value === undefined ? 'null' : quoted(value))).join(',')}}`
}

/** All fields of CDS-WG3-01 §7.2 that some view has over an authorization. */
function openThrough(views: readonly View[]): Map<string, Include[]> {
  const opens = new Map<string, Include[]>()
  for (const view of views) {
    for (const a of view.utilityAuthorizationIds) {
      const others = opens.get(a)
      opens.set(a, others ? [...new Set([...others, ...view.includes])].sort() : [...view.includes].sort())
    }
  }
  return opens
}

function toShape({ contracts, only, dates, ...view }: View, opens: readonly Include[]) {
  return {
    everything: contracts === 'all' && Object.keys(only).length === 0,
    account_numbers: only.accountNumbers,
    contract_numbers: only.contractNumbers,
    service_types: only.serviceTypes,
    point_numbers: only.servicepointNumbers,
    premise_numbers: only.premiseNumbers,
    meter_numbers: only.meterNumbers,
    includes: [...view.includes],
    opens,
    shows: [...view.shows],
    lo: view.segmentStart ?? '-infinity',
    hi: view.segmentEnd ?? 'infinity',
    // An empty list shows no type, and `none` any: of these the formats are left out.
    types: view.valueTypes instanceof Set ? [...view.valueTypes] : undefined,
    dates,
  }
}

/** The rows of `viewRows` as a table `v`, to stand in a `with`. */
export function viewsTable(rows: ViewRows): RawBuilder<unknown> {
  if (rows.single) return singleView(rows.single)
  return sql`v as (
    select e.n, e.a, string_to_array(e.contracts, ' ') as contracts, e.since, s.*
    from unnest(${rows.numbers}::int[], ${rows.authorizations}::text[], ${rows.contracts}::text[], ${rows.since}::timestamptz[],
      ${rows.shapeOf}::int[]) as e(n, a, contracts, since, shape)
    join jsonb_to_recordset(${rows.shapes}::jsonb) as s(shape int, everything boolean, account_numbers text[], contract_numbers text[],
      service_types text[], point_numbers text[], premise_numbers text[], meter_numbers text[], includes text[], opens text[],
      shows text[], lo timestamptz, hi timestamptz, types text[], dates jsonb) on s.shape = e.shape)`
}

/** Most tokens open one grant: without functions to call and rows to join, their statements take two thirds of the time. */
function singleView(row: SingleRow): RawBuilder<unknown> {
  const list = (values: readonly string[] | undefined) => sql`${values ? [...values] : null}::text[]`
  return sql`v as (
    select ${row.n}::int as n, ${row.a}::text as a, ${list(row.contracts)} as contracts, ${row.since ?? null}::timestamptz as since,
      ${row.everything}::boolean as everything, ${list(row.account_numbers)} as account_numbers,
      ${list(row.contract_numbers)} as contract_numbers, ${list(row.service_types)} as service_types,
      ${list(row.point_numbers)} as point_numbers, ${list(row.premise_numbers)} as premise_numbers,
      ${list(row.meter_numbers)} as meter_numbers, ${list(row.includes)} as includes, ${list(row.opens)} as opens,
      ${list(row.shows)} as shows, ${row.lo}::timestamptz as lo, ${row.hi}::timestamptz as hi, ${list(row.types)} as types,
      ${JSON.stringify(row.dates)}::jsonb as dates)`
}

/*
 * `offset 0` in what follows keeps PostgreSQL from answering for all authorizations at once, by a hash of a whole table, when it is asked about a
 * few.
 */

/**
 * Whether the path `p` lies inside what the customer selected and the client preselected in the view `v`: the preselected resources of
 * all fields intersect (CDS-WG3-01 §7.1 #auth-details-preselection, §9.2.3.2 #contract-selection).
 */
const contractPasses: Condition = sql<boolean>`
  (v.contracts is null or p.contract_id = any(v.contracts)
    or (v.since is not null and exists (select 1 from customer_objects c where c.utility_authorization_id = v.a
      and c.kind = 'service_contracts' and c.id = p.contract_id and c.created > v.since offset 0)))
  and (v.account_numbers is null or p.account_number = any(v.account_numbers))
  and (v.contract_numbers is null or p.contract_number = any(v.contract_numbers))
  and (v.service_types is null or p.service_types && v.service_types)`

const pointPasses: Condition = sql<boolean>`
  (v.point_numbers is null or p.point_number = any(v.point_numbers))
  and (v.premise_numbers is null or p.premise_numbers && v.premise_numbers)`

const meterPasses: Condition = sql<boolean>`(v.meter_numbers is null or p.meter_number = any(v.meter_numbers))`

/** Everything is shown, or some path of the same authorization that passes holds the object: `holds` says how. */
export function onSomePath(holds: Condition): Condition {
  return sql<boolean>`(v.everything or exists (select 1 from customer_paths p where p.utility_authorization_id = v.a
    and ${holds} and ${contractPasses} and ${pointPasses} and ${meterPasses} offset 0))`
}

/** The same for the series `s`, which names its contract, point and meters itself. */
export const seriesPasses: Condition = sql<boolean>`(v.everything or (
  exists (select 1 from customer_paths p where p.utility_authorization_id = v.a and ${contractPasses}
    and (p.contract_id = s.contract_id or (s.contract_id is null and p.account_id = s.account_id and v.contracts is null)) offset 0)
  and ((v.point_numbers is null and v.premise_numbers is null) or exists (select 1 from customer_paths p
    where p.utility_authorization_id = v.a and p.point_id = s.point_id and ${pointPasses} offset 0))
  and (v.meter_numbers is null or exists (select 1 from customer_paths p
    where p.utility_authorization_id = v.a and p.meter_id = any(s.meter_ids) and ${meterPasses} offset 0))))`
