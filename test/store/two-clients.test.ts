import { sql } from 'kysely'
import { chai, describe, expect, it } from 'vitest'
import { kinds } from '../../src/cds/kinds/index.ts'
import type { CustomerDataReader, SegmentPage, View } from '../../src/cds/stores.ts'
import { idsNamedBy, visibleObject } from '../../src/cds/visible-object.ts'
import { visibleSegment } from '../../src/cds/visible-segment.ts'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import type { Cursor, Page, PageRequest } from '../../src/shared/page.ts'
import { textOf } from '../../src/shared/pieces.ts'
import type { Database } from '../../src/store/database.ts'
import { eraseAuthorization } from '../../src/store/erase-authorization.ts'
import { customerDataReader } from '../../src/store/read-customer-data.ts'
import { syncStore } from '../../src/store/sync.ts'
import { LAYOUTS } from '../support/layouts.ts'
import { freshDatabase } from '../support/postgres.ts'
import { type Random, randomFrom } from '../support/random.ts'
import { store } from '../support/translated.ts'
import { FactsModel } from './facts-model.ts'
import { type Operation, type Plan, planOf, randomFilter, randomUsageFilter } from './facts-operations.ts'
import { canonical, fromText, type Served } from './facts-rules.ts'

const KEYS = { current: 'k', keys: new Map([['k', new Uint8Array(32)]]) }
/** How many random histories; with the seed of the first, one can be looked at again. */
const RUNS = Number(process.env.TWO_CLIENTS_RUNS ?? 6)
const SEED = Number(process.env.TWO_CLIENTS_SEED ?? 1)
const OPERATIONS = 12
// Failures say in full what was seen.
chai.config.truncateThreshold = 0
/** More than there is. */
const WHOLE = 1000

const TABLES = [
  'earlier_created',
  'customer_objects',
  'customer_paths',
  'usage_series',
  'usage_segments',
  'authorization_syncs',
  'sync_runs',
] as const

describe.each(LAYOUTS)('two clients of facts per authorization, $layout', async ({ partitions }) => {
  const { database } = await freshDatabase('two_clients', { partitions })

  it.each(Array.from({ length: RUNS }, (_, index) => SEED + index))(
    'each see what their grants open, whatever others are told, seed %i',
    async (seed) => {
      const plan = planOf(randomFrom(seed), OPERATIONS)
      const failure = await failureOf(database, plan, plan.operations)
      if (!failure) return
      const shortest = await shorten(database, plan, plan.operations.slice(0, failure.place + 1))
      const { error } = (await failureOf(database, plan, shortest)) ?? failure
      throw new Error(`seed ${seed}, after\n${shortest.map(describeOperation).join('\n')}\n${error}`)
    },
    300_000,
  )
})

/** The first operation after which something is wrong, and what. */
async function failureOf(database: Database, plan: Plan, operations: readonly Operation[]) {
  for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(database)
  const bench = newBench(database, plan)
  for (const [place, operation] of operations.entries()) {
    try {
      await perform(bench, operation)
      await checkIsolation(bench, operation)
      for (const views of bench.clients) await checkClient(bench, views, randomFrom(operation.seed))
    } catch (error) {
      return { place, error: error instanceof Error ? error.message : String(error) }
    }
  }
  return undefined
}

/** Leaves out what is not needed to fail. */
async function shorten(
  database: Database,
  plan: Plan,
  operations: readonly Operation[],
): Promise<readonly Operation[]> {
  let shortest = operations
  for (let place = operations.length - 2; place >= 0; place -= 1) {
    const fewer = shortest.toSpliced(place, 1)
    const failure = await failureOf(database, plan, fewer)
    if (failure) shortest = fewer.slice(0, failure.place + 1)
  }
  return shortest
}

interface Bench {
  database: Database
  reader: CustomerDataReader
  plan: Plan
  model: FactsModel
  /** The views of each client. */
  clients: (readonly View[])[]
  /** What each client saw last. */
  seen: (string | undefined)[]
}

function newBench(database: Database, plan: Plan): Bench {
  const clients = Array.from({ length: plan.clients }, () => [])
  const reader = customerDataReader(database)
  return { database, reader, plan, model: new FactsModel(), clients, seen: clients.map(() => undefined) }
}

async function perform({ database, model, clients }: Bench, operation: Operation): Promise<void> {
  if (operation.does === 'grant') {
    clients[operation.client] = operation.views
    return
  }
  const { authorization } = operation
  if (operation.does === 'erase') {
    await eraseAuthorization(database, authorization as UtilityAuthorizationId)
    return model.erase(authorization)
  }
  const { translated, at } = operation
  await store(syncStore(database, KEYS), authorization, translated, new Date(at).toISOString())
  model.tell(authorization, translated, at)
}

/** Whoever has no view over an authorization sees the same before and after, to the letter. */
async function checkIsolation({ reader, clients, seen }: Bench, operation: Operation): Promise<void> {
  for (const [client, views] of clients.entries()) {
    const now = await everything(reader, views)
    const isConcerned =
      operation.does === 'grant'
        ? operation.client === client
        : views.some((view) =>
            view.utilityAuthorizationIds.some((id: string) => id === operation.authorization),
          )
    const before = seen[client] ?? now
    if (!isConcerned) expect(now, `client ${client}, who has no part in it`).toBe(before)
    seen[client] = now
  }
}

async function everything(reader: CustomerDataReader, views: readonly View[]): Promise<string> {
  const filter = { lists: {}, dates: {} }
  const lists = [
    usageListing(reader, views, {}),
    ...kinds.map((kind) => objectListing(reader, views, { kind, filter })),
  ]
  const pages: string[] = []
  for (const list of lists) pages.push(JSON.stringify((await list({ limit: WHOLE })).items))
  return pages.join('\n')
}

type List = (request: PageRequest) => Promise<Page<Text>>

/** A listing as it is served. */
function objectListing(
  reader: CustomerDataReader,
  views: readonly View[],
  { kind, filter }: { kind: (typeof kinds)[number]; filter: ReturnType<typeof randomFilter> },
): List {
  return async (request) => {
    const page = await reader.listObjects(kind.name, views, filter, request)
    const visible = await reader.visibleIds(views, idsNamedBy(kind, page.items))
    return {
      ...page,
      items: page.items.map((told) => ({ id: told.id, text: visibleObject(kind, told, views, visible) })),
    }
  }
}

function usageListing(
  reader: CustomerDataReader,
  views: readonly View[],
  filter: ReturnType<typeof randomUsageFilter>,
): List {
  return async (request) => {
    const page: SegmentPage = await reader.listUsageSegments(views, filter, request)
    const toText = (segment: SegmentPage['items'][number]) => {
      const { own, common, values } = visibleSegment(segment, views, page.visible)
      const text = typeof values === 'string' ? values : textOf(values)
      return `${own.slice(0, -1)},${common.slice(1, -1)},"values":${text}}`
    }
    return { ...page, items: page.items.map((segment) => ({ id: segment.id, text: toText(segment) })) }
  }
}

/** Every listing of a client as the model has it: whole, filtered, and some in pages both ways. */
async function checkClient(
  { reader, model, plan: { world } }: Bench,
  views: readonly View[],
  random: Random,
): Promise<void> {
  for (const kind of kinds) {
    for (const filter of [{ lists: {}, dates: {} }, randomFilter(random, kind, world)]) {
      const name = `${kind.name} ${JSON.stringify(filter)}`
      const list = objectListing(reader, views, { kind, filter })
      const whole = await compare(name, list, model.listObjects(kind.name, views, filter))
      if (random.chance(0.2)) await compareInPages(list, { name, whole, random })
    }
  }
  for (const filter of [{}, randomUsageFilter(random, world), randomUsageFilter(random, world)]) {
    const name = `usage ${JSON.stringify(filter)}`
    const list = usageListing(reader, views, filter)
    const whole = await compare(name, list, model.listUsage(views, filter))
    if (random.chance(0.5)) await compareInPages(list, { name, whole, random })
  }
}

interface Text {
  id: string
  text: string
}

async function compare(name: string, list: List, expected: readonly Served[]): Promise<Text[]> {
  const whole = (await list({ limit: WHOLE })).items
  const ids = whole.map(({ id }) => id)
  expect(ids, name).toEqual(expected.map(({ id }) => id))
  expect(new Set(ids).size, `${name}: each once`).toBe(ids.length)
  for (const [place, { text }] of whole.entries()) {
    expect(canonical(fromText(text)), name).toBe(canonical(expected[place]?.body ?? null))
  }
  return whole
}

interface Paged {
  name: string
  whole: readonly Text[]
  random: Random
}

async function compareInPages(list: List, paged: Paged): Promise<void> {
  const { forwards, backwards } = await inPages(list, paged)
  expect(forwards, `${paged.name}, forwards in pages`).toEqual(paged.whole)
  expect(backwards, `${paged.name}, backwards in pages`).toEqual(paged.whole)
}

/** Reads a listing to its end in pages of random length, and from its last page back to its beginning. */
async function inPages(list: List, { name, whole, random }: Paged) {
  const pages: Text[][] = []
  const limit = () => 1 + random.below(7)
  const read = async (cursor: Cursor | undefined) => {
    const page = await list({ limit: limit(), cursor })
    if (cursor) expect(page.items, `${name}: no page in mid-listing is empty`).not.toEqual([])
    expect(pages.length, `${name}: an end`).toBeLessThanOrEqual(2 * whole.length + 1)
    return page
  }
  let page = await read(undefined)
  expect(page.previous, `${name}: nothing is before the first page`).toBeUndefined()
  pages.push(page.items)
  while (page.next) {
    page = await read(page.next)
    pages.push(page.items)
  }
  const forwards = pages.flat()
  const back = [page.items]
  while (page.previous) {
    page = await read(page.previous)
    pages.push(page.items)
    back.unshift(page.items)
  }
  return { forwards, backwards: back.flat() }
}

function describeOperation(operation: Operation): string {
  return JSON.stringify(operation, (name, value) => {
    if (value instanceof Set) return [...value]
    return name === 'translated' ? summary(value) : value
  })
}

function summary(translated: Record<string, readonly unknown[]>): unknown {
  return process.env.TWO_CLIENTS_DATA
    ? translated
    : Object.fromEntries(Object.entries(translated).map(([name, list]) => [name, list.length]))
}
