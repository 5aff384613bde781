import { type RawBuilder, sql } from 'kysely'
import type { CustomerDataReader, Include, RelatedKind, Seen, StoredSegment, View } from '../cds/stores.ts'
import { parseExact } from '../shared/json.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import { decompressText } from './compress.ts'
import type { Database } from './database.ts'
import { beyond, orderBy, type SortKey, sortKeys, toPage } from './keyset.ts'
import { allOf, matchedViews, oneOf, sharesOne, shownByAny } from './view-sql.ts'

const TABLES: Record<RelatedKind, string> = {
  accounts: 'accounts',
  serviceContracts: 'service_contracts',
  servicePoints: 'service_points',
  meterDevices: 'meter_devices',
}

/** Most recently modified first (CDS-WG3-01 §10.1.10 and its siblings); the id makes the order total. */
const MODIFIED_FIRST: readonly SortKey[] = [
  { expression: sql`o.modified`, type: 'timestamptz', descending: true },
  { expression: sql`o.id`, type: 'text collate "C"' },
]

/** CDS-WG3-01 §10.8.8 #usage-segment-list: account, contract, start, then the newest change first. No aggregations here. */
const SEGMENT_ORDER: readonly SortKey[] = [
  { expression: sql`coalesce(o.account_number, '')`, type: 'text collate "C"' },
  { expression: sql`coalesce(o.contract_number, '')`, type: 'text collate "C"' },
  { expression: sql`o.segment_start`, type: 'timestamptz' },
  { expression: sql`o.modified`, type: 'timestamptz', descending: true },
  { expression: sql`o.id`, type: 'text collate "C"' },
]

/** The read side of customer data over PostgreSQL. Views become conditions: what no view shows never leaves the database. */
export function customerDataReader(db: Database): CustomerDataReader {
  const list =
    <Filter, T>(
      kind: RelatedKind,
      condition: (filter: Filter, views: readonly View[]) => RawBuilder<boolean>,
    ) =>
    (views: readonly View[], filter: Filter, page: PageRequest) =>
      listObjects<T>(db, kind, views, condition(filter, views), page)

  return {
    listAccounts: list('accounts', (filter, views) =>
      allOf(
        oneOf(sql`o.id`, filter.ids),
        known(views, 'account_numbers', oneOf(sql`o.customer_number`, filter.customerNumbers)),
        known(views, 'account_numbers', oneOf(sql`o.account_number`, filter.accountNumbers)),
        known(views, 'account_details', oneOf(sql`o.account_status`, filter.statuses)),
        contains(filter.q, 'accounts', views, {
          always: [sql`o.id`],
          account_numbers: [sql`o.customer_number`, sql`o.account_number`],
          account_details: [
            sql`o.body->>'account_address'`,
            sql`o.body->>'account_name'`,
            sql`o.body->>'account_contacts'`,
          ],
        }),
      ),
    ),
    listServiceContracts: list('serviceContracts', (filter, views) =>
      allOf(
        oneOf(sql`o.id`, filter.ids),
        known(views, 'account_numbers', oneOf(sql`o.account_number`, filter.accountNumbers)),
        known(views, 'contract_numbers', oneOf(sql`o.contract_number`, filter.contractNumbers)),
        oneOf(sql`o.contract_status`, filter.statuses),
        sharesOne(sql`o.contract_types`, filter.types),
        sharesOne(sql`o.service_types`, filter.serviceTypes),
        contains(filter.q, 'serviceContracts', views, {
          always: [sql`o.id`],
          account_numbers: [sql`o.account_number`],
          contract_numbers: [sql`o.contract_number`],
          service_contract_details: [sql`o.body->>'contract_address'`],
          rate_plans: [sql`o.body->>'rateplan_code'`, sql`o.body->>'rateplan_name'`],
        }),
      ),
    ),
    listServicePoints: list('servicePoints', (filter, views) =>
      allOf(
        oneOf(sql`o.id`, filter.ids),
        oneOf(sql`o.servicepoint_number`, filter.numbers),
        sharesOne(sql`o.current_servicecontracts`, filter.currentServiceContracts),
        sharesOne(sql`o.previous_servicecontracts`, filter.previousServiceContracts),
        contains(filter.q, 'servicePoints', views, {
          always: [sql`o.id`, sql`o.servicepoint_number`],
          service_point_addresses: [sql`o.body->>'servicepoint_address'`],
          premises: [sql`array_to_string(o.premise_numbers, ' ')`],
        }),
      ),
    ),
    listMeterDevices: list('meterDevices', (filter, views) =>
      allOf(
        oneOf(sql`o.id`, filter.ids),
        known(views, 'meter_numbers', oneOf(sql`o.meter_number`, filter.numbers)),
        sharesOne(sql`o.current_servicepoints`, filter.currentServicePoints),
        sharesOne(sql`o.previous_servicepoints`, filter.previousServicePoints),
        contains(filter.q, 'meterDevices', views, {
          always: [sql`o.id`],
          meter_numbers: [sql`o.meter_number`],
        }),
      ),
    ),
    listUsageSegments: (views, filter, page) =>
      listSegments(
        db,
        views,
        allOf(
          oneOf(sql`o.id`, filter.ids),
          filter.before && sql<boolean>`o.segment_start <= ${filter.before}`,
          filter.after && sql<boolean>`o.segment_end >= ${filter.after}`,
          oneOf(sql`o.account_id`, filter.accountIds),
          known(views, 'account_numbers', oneOf(sql`o.account_number`, filter.accountNumbers)),
          oneOf(sql`o.contract_id`, filter.serviceContractIds),
          known(views, 'contract_numbers', oneOf(sql`o.contract_number`, filter.contractNumbers)),
          oneOf(sql`o.service_point_id`, filter.servicePointIds),
          filter.servicepointNumbers &&
            sql<boolean>`exists (select 1 from service_points p where p.id = o.service_point_id and ${oneOf(sql`p.servicepoint_number`, filter.servicepointNumbers)})`,
          sharesOne(sql`o.meter_device_ids`, filter.meterDeviceIds),
          known(
            views,
            'meter_numbers',
            filter.meterNumbers &&
              sql<boolean>`exists (select 1 from meter_devices m where m.id = any(o.meter_device_ids) and ${oneOf(sql`m.meter_number`, filter.meterNumbers)})`,
          ),
          // Usage segments name no bill sections yet, so a filter by them leaves none.
          filter.billSectionIds && sql<boolean>`false`,
        ),
        page,
      ),
    serviceContractsSince: async (utilityAuthorizationIds, since) => {
      const { rows } = await sql<{ id: string }>`
        select distinct c.id from service_contracts c
        join seen_through s on s.kind = 'service_contract' and s.object_id = c.id
        where s.utility_authorization_id = any(${[...utilityAuthorizationIds]}::text[])
          and c.created > ${since}`.execute(db)
      return rows.map((row) => row.id)
    },
    visibleIds: async (views, kind, ids) => {
      if (ids.length === 0 || views.length === 0) return new Set()
      const rows = await sql<{ id: string }>`
        select o.id from ${sql.table(TABLES[kind])} o
        where o.id = any(${[...ids]}::text[]) and ${shownByAny(kind, views)}`.execute(db)
      return new Set(rows.rows.map((row) => row.id))
    },
  }
}

interface ObjectRow {
  body: string
  created: Date
  modified: Date
  synced: Date
  views: number[]
  sort_keys: string[]
}

async function listObjects<T>(
  db: Database,
  kind: RelatedKind,
  views: readonly View[],
  filter: RawBuilder<boolean>,
  page: PageRequest,
): Promise<Page<Seen<T>>> {
  if (views.length === 0) return { items: [] }
  const { rows } = await sql<ObjectRow>`
    select o.body, o.created, o.modified, o.synced,
      ${matchedViews(kind, views)} as views, ${sortKeys(MODIFIED_FIRST)} as sort_keys
    from ${sql.table(TABLES[kind])} o
    where ${shownByAny(kind, views)} and ${filter} and ${beyond(MODIFIED_FIRST, page.cursor)}
    order by ${orderBy(MODIFIED_FIRST, page.cursor)} limit ${page.limit + 1}`.execute(db)
  const found = toPage(rows, page)
  return {
    ...found,
    items: found.items.map(({ body, sort_keys: _, ...row }) => ({ object: parseExact(body) as T, ...row })),
  }
}

interface SegmentRow {
  id: string
  account_id: string | null
  contract_id: string | null
  service_point_id: string
  meter_device_ids: string[]
  segment_start: Date
  segment_end: Date
  interval_seconds: string
  formats: string
  segment_values: Buffer
  created: Date
  modified: Date
  synced: Date
  views: number[]
  sort_keys: string[]
}

async function listSegments(
  db: Database,
  views: readonly View[],
  filter: RawBuilder<boolean>,
  page: PageRequest,
): Promise<Page<Seen<StoredSegment>>> {
  if (views.length === 0) return { items: [] }
  // The page is chosen on its keys alone: sorting whole rows of a long history takes twice as long.
  const { rows } = await sql<SegmentRow>`
    with page as materialized (
      select o.id from usage_segments o
      where ${shownByAny('usageSegments', views)} and ${filter} and ${beyond(SEGMENT_ORDER, page.cursor)}
      order by ${orderBy(SEGMENT_ORDER, page.cursor)} limit ${page.limit + 1})
    select o.id, o.account_id, o.contract_id, o.service_point_id, o.meter_device_ids, o.segment_start, o.segment_end,
      o.interval_seconds, o.formats, o.segment_values, o.created, o.modified, o.synced,
      ${matchedViews('usageSegments', views)} as views, ${sortKeys(SEGMENT_ORDER)} as sort_keys
    from page join usage_segments o on o.id = page.id
    order by ${orderBy(SEGMENT_ORDER, page.cursor)}`.execute(db)
  const found = toPage(rows, page)
  return { ...found, items: found.items.map(toSeenSegment) }
}

function toSeenSegment(row: SegmentRow): Seen<StoredSegment> {
  return {
    object: {
      id: row.id,
      accountId: row.account_id,
      contractId: row.contract_id,
      servicePointId: row.service_point_id,
      meterDeviceIds: row.meter_device_ids,
      start: row.segment_start,
      end: row.segment_end,
      interval: row.interval_seconds,
      formats: row.formats,
      values: decompressText(row.segment_values),
    },
    created: row.created,
    modified: row.modified,
    synced: row.synced,
    views: row.views,
  }
}

/**
 * Spec silent: a filter by a number that this access may not read finds nothing, so that nobody can confirm a guessed
 * number by filtering for it.
 */
function known(
  views: readonly View[],
  include: Include,
  condition: RawBuilder<boolean> | undefined,
): RawBuilder<boolean> | undefined {
  if (!condition || views.some((view) => view.includes.has(include))) return condition
  return sql<boolean>`false`
}

type Searchable = { always: RawBuilder<unknown>[] } & { [include: string]: RawBuilder<unknown>[] }

/**
 * The search term `q`: case-insensitive, and only in members that the view includes: a client must not find out by searching
 * what it may not read (CDS-WG3-01 §10.1.10 #accounts-list "if the field is accessible").
 */
function contains(
  q: string | undefined,
  kind: RelatedKind,
  views: readonly View[],
  searchable: Searchable,
): RawBuilder<boolean> | undefined {
  if (q === undefined) return undefined
  const needle = `%${q.replace(/[\\%_]/g, (char) => `\\${char}`)}%`
  const alternatives = views.map((view) => {
    const columns = Object.entries(searchable)
      .filter(([include]) => include === 'always' || [...view.includes].some((held) => held === include))
      .flatMap(([, list]) => list)
    const hits = columns.map((column) => sql`${column} ilike ${needle}`)
    return sql`(${sql.join(hits, sql` or `)}) and ${shownByAny(kind, [view])}`
  })
  return sql<boolean>`(${sql.join(alternatives, sql` or `)})`
}
