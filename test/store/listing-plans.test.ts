import type pg from 'pg'
import { describe, expect, it } from 'vitest'
import { fillFacts, viewsOf } from '../../bench/facts.ts'
import { kinds } from '../../src/cds/kinds/index.ts'
import type { CustomerDataReader, UsageSegmentFilter, View } from '../../src/cds/stores.ts'
import { idsNamedBy } from '../../src/cds/visible-object.ts'
import type { Cursor } from '../../src/shared/page.ts'
import { openDatabase, type PostgresAddress } from '../../src/store/database.ts'
import { withClient } from '../../src/store/pool.ts'
import { customerDataReader } from '../../src/store/read-customer-data.ts'
import { LAYOUTS } from '../support/layouts.ts'
import { freshDatabase } from '../support/postgres.ts'
import { randomFrom } from '../support/random.ts'
import { randomFilter, randomUsageFilter } from './facts-operations.ts'
import { randomWorld } from './facts-world.ts'

/** 10^5 segments of a thousand customers. */
const STORED = { authorizations: 1000, days: 100 }
const BIG = /^(customer_objects|customer_paths|usage_series|usage_segments)(_\d+)?$/
const LIMIT = 100

/** A selection, and a preselection that reads paths by all of their members. */
const SELECTED: Partial<View> = { contracts: { ids: ['service_contracts1'], since: new Date('2020-01-01') } }
const PRESELECTED: Partial<View> = {
  contracts: 'all',
  only: {
    accountNumbers: ['A1'],
    contractNumbers: ['C1'],
    serviceTypes: ['electric'],
    servicepointNumbers: ['P1'],
    premiseNumbers: ['1'],
    meterNumbers: ['M1'],
  },
}

/** Of 10,000 views a thousand are over something that is there; of each three, one selects, one preselects, and one does neither. */
const MIXED = [SELECTED, PRESELECTED, { contracts: 'all' } as const].map((change) => viewsOf(10_000, change))
const ACCESSES = [
  { access: 'one view', views: viewsOf(1, SELECTED) },
  {
    access: '10,000 views',
    views: Array.from({ length: 10_000 }, (_, index) => MIXED[index % 3]?.[index]).filter(
      (view) => view !== undefined,
    ),
  },
]

interface Statement {
  /** Without one it would be parsed and planned for each request. */
  name?: string
  text: string
  values: unknown[]
}

describe.each(LAYOUTS)('the statements of listings, $layout', async ({ partitions }) => {
  const { address, database, pool } = await freshDatabase('listing_plans', { partitions })
  await fillFacts(database, STORED)
  const sent: Statement[] = []
  const reader = customerDataReader(openDatabase(recording(pool, sent)))

  it.each(ACCESSES)(
    'never read a big table from end to end, custom plans or generic: $access',
    async ({ views }) => {
      const statements = new Map<string, Statement>()
      for (const request of requestsOf(reader, views)) {
        sent.length = 0
        await request()
        for (const statement of sent) statements.set(statement.text, statement)
      }
      expect(statements.size).toBeGreaterThanOrEqual(4 * kinds.length)
      for (const statement of statements.values()) {
        for (const mode of ['force_custom_plan', 'force_generic_plan']) {
          const plan = await planOf(address, statement, mode)
          expect(scanned(plan), `${mode}: ${JSON.stringify(plan)}\n${statement.text}`).toEqual([])
        }
      }
    },
    300_000,
  )

  it('would be noticed', async () => {
    const plan = await planOf(address, { text: 'select count(*) from usage_segments', values: [] }, 'auto')
    expect(scanned(plan)).not.toEqual([])
  })

  it('are at most three a request, of a bounded set of texts, whatever is asked', async () => {
    const random = randomFrom(1)
    const world = randomWorld(random)
    const texts = new Set<string>()
    for (let asked = 0; asked < 500; asked += 1) {
      const views = viewsOf(random.below(4), random.pick([{}, SELECTED, PRESELECTED]))
      const kind = random.pick([undefined, ...kinds])
      const cursor = random.pick([undefined, ...CURSORS[kind ? 'objects' : 'usage']])
      const page = { limit: 1 + random.below(LIMIT), ...(cursor ? { cursor } : {}) }
      sent.length = 0
      if (kind) await listObjects(reader, views, { kind, filter: randomFilter(random, kind, world), page })
      else await reader.listUsageSegments(views, randomUsageFilter(random, world), page)
      expect(sent.length).toBeLessThanOrEqual(3)
      for (const { name, text } of sent) {
        expect(name, `${text.length} characters: ${text}`).toBeDefined()
        texts.add(text)
      }
    }
    // From the beginning, forwards and backwards: of each kind with filters and without, of usage also by what segments tell.
    const ofUsage = 1 + 2 ** ['ids', 'before', 'after', 'billSectionIds'].length
    expect(texts.size).toBeLessThanOrEqual(3 * (2 * kinds.length + ofUsage) + 2)
  }, 300_000)
})

/** A pool that writes down what is sent through it. */
function recording(pool: pg.Pool, sent: Statement[]): pg.Pool {
  const connect = async () => {
    const client = await pool.connect()
    return new Proxy(client, {
      get: (target, name) => {
        const member = Reflect.get(target, name)
        if (name !== 'query') return typeof member === 'function' ? member.bind(target) : member
        return (statement: Statement | string, values: unknown[] = []) => {
          sent.push(typeof statement === 'string' ? { text: statement, values } : statement)
          return typeof statement === 'string' ? target.query(statement, values) : target.query(statement)
        }
      },
    })
  }
  return new Proxy(pool, {
    get: (target, name) => (name === 'connect' ? connect : Reflect.get(target, name)),
  })
}

const USAGE_KEYS = ['A5', 'C5', '2020-02-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '0'.repeat(32)]
const OBJECT_KEYS = ['2026-01-01T00:00:00.000Z', 'x']
const bothWays = (keys: string[]): Cursor[] => [
  { direction: 'next', keys },
  { direction: 'previous', keys },
]
const CURSORS = { usage: bothWays(USAGE_KEYS), objects: bothWays(OBJECT_KEYS) }

type Asked = {
  kind: (typeof kinds)[number]
  filter: ReturnType<typeof randomFilter>
  page: { limit: number; cursor?: Cursor }
}

/** As a request does: the page, and which of the objects that it names are visible. */
async function listObjects(
  reader: CustomerDataReader,
  views: readonly View[],
  { kind, filter, page }: Asked,
) {
  const { items } = await reader.listObjects(kind.name, views, filter, page)
  await reader.visibleIds(views, idsNamedBy(kind, items))
}

/** Every listing: from its beginning, from the middle in both directions, and with filters. */
function requestsOf(reader: CustomerDataReader, views: readonly View[]): (() => Promise<unknown>)[] {
  const page = { limit: LIMIT }
  const none = { lists: {}, dates: {} }
  const objects = kinds.flatMap((kind) => {
    const lists = Object.fromEntries(Object.keys(kind.filters).map((name) => [name, ['A1', 'accounts1']]))
    const filtered = { lists, dates: {}, ...(kind.search ? { q: '1' } : {}) }
    return [
      { kind, filter: none, page },
      ...CURSORS.objects.map((cursor) => ({ kind, filter: none, page: { ...page, cursor } })),
      { kind, filter: filtered, page },
    ]
  })
  return [
    ...objects.map((asked) => () => listObjects(reader, views, asked)),
    ...CURSORS.usage.map((cursor) => () => reader.listUsageSegments(views, {}, { ...page, cursor })),
    ...USAGE_FILTERS.map((filter) => () => reader.listUsageSegments(views, filter, page)),
  ]
}

const USAGE_FILTERS: UsageSegmentFilter[] = [
  {},
  { ids: ['0'.repeat(32)] },
  { before: new Date('2020-02-01') },
  { after: new Date('2020-02-01') },
  {
    accountIds: ['accounts1'],
    accountNumbers: ['A1'],
    contractIds: ['service_contracts1'],
    contractNumbers: ['C1'],
    servicePointIds: ['service_points1'],
    servicepointNumbers: ['P1'],
    meterDeviceIds: ['meter_devices1'],
    meterNumbers: ['M1'],
  },
]

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Cond'?: string
  Plans?: PlanNode[]
}

async function planOf(
  address: PostgresAddress,
  { text, values }: Statement,
  mode: string,
): Promise<PlanNode> {
  const parameters = values.map((value) => literal(value)).join(', ')
  const { rows } = await withClient(address, async (client) => {
    await client.query(`set plan_cache_mode = ${mode}`)
    await client.query(`prepare listing as ${text}`)
    return client.query(`explain (format json) execute listing${parameters && `(${parameters})`}`)
  })
  return rows[0]['QUERY PLAN'][0].Plan
}

/** A parameter as `execute` takes it. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value))
    return `'{${value
      .map((each) => JSON.stringify(String(each)))
      .join(',')
      .replaceAll("'", "''")}}'`
  if (value instanceof Date) return `'${value.toISOString()}'`
  return `'${String(value).replaceAll("'", "''")}'`
}

/** Big tables that a plan reads from end to end, or by an index that it goes through from end to end. */
function scanned(node: PlanNode): string[] {
  const table = node['Relation Name'] ?? ''
  const isWhole = node['Node Type'] === 'Seq Scan' || (isIndexScan(node) && node['Index Cond'] === undefined)
  return [...(isWhole && BIG.test(table) ? [table] : []), ...(node.Plans ?? []).flatMap(scanned)]
}

function isIndexScan(node: PlanNode): boolean {
  return node['Node Type'] === 'Index Scan' || node['Node Type'] === 'Index Only Scan'
}
