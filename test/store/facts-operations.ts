import { kinds } from '../../src/cds/kinds/index.ts'
import type { Include } from '../../src/cds/kinds/kind.ts'
import { kindNames } from '../../src/cds/kinds/kind.ts'
import type { ObjectFilter, UsageSegmentFilter, View } from '../../src/cds/stores.ts'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import type { Translated } from '../../src/translate/translated.ts'
import type { Random } from '../support/random.ts'
import { DAYS, NUMBERS, randomTelling, randomWorld, segmentIdOf, type World } from './facts-world.ts'

/** What happens, one after the other; nothing in it depends on what the store made of the operation before. */
export type Operation = { seed: number; at: number } & (
  | { does: 'tell'; how: string; authorization: string; translated: Translated }
  | { does: 'erase'; authorization: string }
  | { does: 'grant'; client: number; views: readonly View[] }
)

const AUTHORIZATIONS = ['ua_c', 'ua_a', 'ua_d', 'ua_b'] as const
const HOUR = 3_600_000
const BEGIN = Date.parse('2026-03-01T00:00:00Z')

export interface Plan {
  world: World
  clients: number
  operations: Operation[]
}

/** A world, two or three clients, and what happens to them. */
export function planOf(random: Random, length: number): Plan {
  const world = randomWorld(random)
  const clients = 2 + random.below(2)
  const told = new Map<string, Translated[]>()
  const operations = Array.from({ length }, (_, index): Operation => {
    const step = { seed: random.below(2 ** 30), at: BEGIN + index * HOUR }
    // Some data are there, and every client begins with a grant.
    const client = index >= 2 && index < 2 + clients ? index - 2 : random.below(clients)
    const next = index < 2 ? 9 : index < 2 + clients ? 0 : random.below(10)
    if (next < 3) return { ...step, does: 'grant', client, views: randomViews(random, world, index) }
    if (next > 3) return { ...step, ...telling(random, world, told) }
    const authorization = random.pick(AUTHORIZATIONS)
    told.delete(authorization)
    return { ...step, does: 'erase', authorization }
  })
  return { world, clients, operations: inOneMoment(random, operations) }
}

/** Some authorizations tell in the same moment as the one before. */
function inOneMoment(random: Random, operations: readonly Operation[]): Operation[] {
  const timed: Operation[] = []
  for (const operation of operations) {
    const [before, last] = [timed.at(-2), timed.at(-1)]
    const isAnother =
      last?.does === 'tell' && operation.does === 'tell' && last.authorization !== operation.authorization
    const isTogether = isAnother && before?.at !== last.at && random.chance(0.5)
    timed.push(isTogether ? { ...operation, at: last.at } : operation)
  }
  return timed
}

/** A sync of an authorization, new or known. */
function telling(random: Random, world: World, told: Map<string, Translated[]>) {
  const authorization = random.pick(AUTHORIZATIONS)
  const history = told.get(authorization) ?? []
  const before = history.at(-1)
  const how = before
    ? random.pick(['changed', 'changed', 'unchanged', 'some days', 'contract gone', 'as long ago'])
    : 'new'
  const translated = tellingAs(how, { random, world, history, before })
  told.set(authorization, [...history, translated])
  return { does: 'tell', how, authorization, translated } as const
}

interface Told {
  random: Random
  world: World
  history: readonly Translated[]
  before: Translated | undefined
}

function tellingAs(how: string, { random, world, history, before }: Told): Translated {
  if (!before || how === 'changed') return randomTelling(random, world, before)
  if (how === 'some days') return { ...before, usageSegments: random.some(before.usageSegments) }
  if (how === 'as long ago') return random.pick(history)
  if (how === 'contract gone' && before.serviceContracts.length > 0) {
    return without(before, random.pick(before.serviceContracts).cds_servicecontract_id, random.chance(0.7))
  }
  return before
}

/** A contract that the customer no longer shares goes, with its service points or alone. */
function without(before: Translated, contractId: string, withPoints: boolean): Translated {
  const isLeft = (ids: readonly string[]) => !withPoints || !ids.includes(contractId)
  return {
    ...before,
    serviceContracts: before.serviceContracts.filter((each) => each.cds_servicecontract_id !== contractId),
    servicePoints: before.servicePoints.filter((each) =>
      isLeft([...each.current_servicecontracts, ...each.previous_servicecontracts]),
    ),
    usageSegments: before.usageSegments.filter((each) => isLeft(each.related_servicecontracts)),
  }
}

const INCLUDES = [
  ...new Set(kinds.flatMap(({ opened }) => Object.values(opened).filter((include) => include !== undefined))),
] as readonly Include[]

/** Fields of CDS-WG3-01 §7.3 that bound objects by their dates. */
const RANGES = kinds.flatMap(({ range }) => (range ? [range.from.field, range.to.field] : []))

function randomViews(random: Random, world: World, now: number): View[] {
  return Array.from({ length: random.pick([1, 1, 2, 2, 3]) }, () => randomView(random, world, now))
}

/** A scope of a grant over one authorization or several: any selection, preselection, include, range and list of types. */
function randomView(random: Random, world: World, now: number): View {
  const contracts = random.chance(0.6) ? 'all' : randomSelection(random, world, now)
  const moment = () => new Date(Date.parse(DAYS[0]) + random.below(25) * 3 * HOUR)
  const authorizations = random.chance(0.5) ? [random.pick(AUTHORIZATIONS)] : random.some(AUTHORIZATIONS, 0.6)
  return {
    utilityAuthorizationIds: authorizations as unknown as UtilityAuthorizationId[],
    contracts,
    shows: new Set(random.some([...kindNames, 'usage_segments'] as const, random.pick([1, 1, 0.7]))),
    only: random.chance(0.3) ? randomPreselection(random) : {},
    includes: new Set(random.some(INCLUDES, random.pick([0, 0.5, 1]))),
    valueTypes: random.pick<View['valueTypes']>([
      'all',
      'all',
      'all',
      'none',
      new Set(random.some(['electric_usage', 'electric_demand', 'cost', 'meter_readings'])),
    ]),
    ...(random.chance(0.25) ? { segmentStart: moment() } : {}),
    ...(random.chance(0.25) ? { segmentEnd: moment() } : {}),
    dates: Object.fromEntries(
      random.some(RANGES, random.pick([0, 0, 0, 0.5])).map((field) => [field, random.pick(DAYS)]),
    ),
  }
}

/** Chosen contracts, some with those to come (CDS-WG3-01 §9.2.3.2 #contract-selection). */
function randomSelection(random: Random, { contracts }: World, now: number): View['contracts'] {
  const ids = random.some(contracts.map(({ id }) => id))
  return random.chance(0.4)
    ? { ids, since: new Date(BEGIN + random.pick([now, random.below(now + 1)]) * HOUR) }
    : { ids }
}

function randomPreselection(random: Random): View['only'] {
  const numbers = () => random.some(NUMBERS, 0.6)
  return {
    ...(random.chance(0.3) ? { accountNumbers: numbers() } : {}),
    ...(random.chance(0.3) ? { contractNumbers: numbers() } : {}),
    ...(random.chance(0.3) ? { serviceTypes: random.some(['electric', 'water', 'metered']) } : {}),
    ...(random.chance(0.3) ? { servicepointNumbers: numbers() } : {}),
    ...(random.chance(0.3) ? { premiseNumbers: numbers() } : {}),
    ...(random.chance(0.3) ? { meterNumbers: numbers() } : {}),
  }
}

/** Some URL parameters of a listing of objects, each with values that something may have. */
export function randomFilter(
  random: Random,
  { filters, search }: (typeof kinds)[number],
  world: World,
): ObjectFilter {
  const ids = idsOf(world)
  const values = () =>
    random.some(
      [...NUMBERS, ...ids, 'section-b-0', 'statement-b-1', 'active', 'closed', 'electric', 'utility_service'],
      0.4,
    )
  const lists = random
    .some(Object.entries(filters), random.pick([0.2, 0.2, 0.5]))
    .filter(([, { test }]) => isList(test))
  const dated = random.some(Object.entries(filters), 0.2).filter(([, { test }]) => !isList(test))
  return {
    lists: Object.fromEntries(lists.map(([name]) => [name, values()])),
    dates: Object.fromEntries(dated.map(([name]) => [name, random.pick(DAYS)])),
    ...(search && random.chance(0.4)
      ? { q: random.pick(['n1', 'NAME', 'two', 'o', '%_', 'sp-1', '\\', 'zzz']) }
      : {}),
  }
}

function isList(test: string): boolean {
  return test === 'oneOf' || test === 'sharesOne'
}

/** Some URL parameters of CDS-WG3-01 §10.8.8 #usage-segment-list. */
export function randomUsageFilter(random: Random, world: World): UsageSegmentFilter {
  const numbers = () => random.some(NUMBERS, 0.6)
  const ids = (places: readonly { id: string }[]) => random.some(places).map(({ id }) => id)
  const moment = () => new Date(Date.parse(DAYS[0]) + random.below(25) * 3 * HOUR)
  const segments = () =>
    world.points.flatMap(({ id }) => random.some(DAYS).map((day) => segmentIdOf(id, 'intervals', day)))
  const all: Required<UsageSegmentFilter> = {
    ids: [...segments(), 'no id'],
    before: moment(),
    after: moment(),
    accountIds: random.some(world.accounts),
    accountNumbers: numbers(),
    contractIds: ids(world.contracts),
    contractNumbers: numbers(),
    servicePointIds: ids(world.points),
    servicepointNumbers: numbers(),
    meterDeviceIds: ids(world.meters),
    meterNumbers: numbers(),
    billSectionIds: random.some(['section-b-0', 'section-b-1', 'section-b-2']),
  }
  return Object.fromEntries(random.some(Object.entries(all), random.pick([0.1, 0.1, 0.3])))
}

function idsOf({ accounts, contracts, points, meters }: World): string[] {
  return [...accounts, ...[contracts, points, meters].flatMap((places) => places.map(({ id }) => id))]
}
