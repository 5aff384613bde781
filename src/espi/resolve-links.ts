import { childrenOf } from './elements.ts'
import { type BlockItem, type Item, itemsOf, Kin, linksOf } from './kin.ts'
import { usagePointKey } from './links.ts'
import type { Entry, EspiFeed, Resource } from './model.ts'

/** A usage point with what hangs on it. `item` is absent when only its readings came. */
export interface UsagePoint {
  key: string
  item: Item | undefined
  localTime: Item | undefined
  meterReadings: MeterReading[]
  summaries: Item[]
}

/** A meter reading: the blocks of one reading type at one usage point. */
export interface MeterReading {
  item: Item | undefined
  readingType: Item | undefined
  blocks: BlockItem[]
}

/** A customer account and its agreements; `customer` is who holds it. */
export interface CustomerAccount {
  item: Item | undefined
  customer: Item | undefined
  agreements: CustomerAgreement[]
}

export interface CustomerAgreement {
  item: Item
  serviceLocations: ServiceLocation[]
}

export interface ServiceLocation {
  item: Item
  /** Keys of the usage points it serves. */
  usagePoints: string[]
  meters: Item[]
}

/** All feeds joined: usage points with their readings, accounts with their agreements. */
export interface ResolvedFeed {
  usagePoints: UsagePoint[]
  accounts: CustomerAccount[]
  /** Customers without an account, agreements without anything above, and other payloads nobody asked for. */
  customersWithoutAccount: Item[]
  unresolved: { entry: Entry; name: string }[]
  /** Resources of kinds that take no part in the graph. */
  others: { entry: Entry; resource: Resource }[]
}

const JOINED: ReadonlySet<string> = new Set([
  'UsagePoint',
  'MeterReading',
  'ReadingType',
  'LocalTimeParameters',
  'Customer',
  'CustomerAccount',
  'CustomerAgreement',
  'ServiceLocation',
  'Meter',
  'EndDevice',
])

/** Joins the entries of one or several feeds of one authorization into one graph. Inputs stay as they are. */
export function resolveLinks(feeds: readonly EspiFeed[]): ResolvedFeed {
  const unresolved: ResolvedFeed['unresolved'] = []
  const usagePoints = joinUsage(feeds, unresolved)
  const { accounts, customersWithoutAccount } = joinCustomers(feeds, usagePoints, unresolved)
  return { usagePoints, accounts, customersWithoutAccount, unresolved, others: othersOf(feeds) }
}

function joinUsage(feeds: readonly EspiFeed[], unresolved: ResolvedFeed['unresolved']): UsagePoint[] {
  const items = itemsOf(feeds, 'UsagePoint')
  const keys = usagePointKeys(items)
  const points = new Map<string, UsagePoint>()
  for (const item of items) {
    const key = keys.get(item) ?? ''
    points.set(key, { key, item, localTime: undefined, meterReadings: [], summaries: [] })
  }
  const kin = new Kin(items, 'UsagePoint')
  const pointOf = (links: Parameters<Kin['parentOf']>[0]): UsagePoint | undefined => {
    const parent = kin.parentOf(links)
    const key = parent ? keys.get(parent) : kin.idNamedBy(links)
    if (key === undefined) return undefined
    const known = points.get(key)
    if (known) return known
    const point = { key, item: undefined, localTime: undefined, meterReadings: [], summaries: [] }
    points.set(key, point)
    return point
  }
  for (const reading of joinReadings(feeds)) {
    const links = reading.item ?? reading.blocks[0]
    const point = links && pointOf(links)
    if (point) point.meterReadings.push(reading)
    else if (links) unresolved.push({ entry: links.entry, name: 'MeterReading' })
  }
  const times = new Kin(items, 'UsagePoint')
  for (const time of itemsOf(feeds, 'LocalTimeParameters')) {
    const parent = times.parentOf(time)
    const point = parent && points.get(keys.get(parent) ?? '')
    if (point) point.localTime ??= time
  }
  for (const summary of itemsOf(feeds, 'UsageSummary', 'ElectricPowerUsageSummary')) {
    pointOf(summary)?.summaries.push(summary)
  }
  return [...points.values()]
}

/**
 * Two usage points of one feed may carry the same id under different customers (`User/1/UsagePoint/01`,
 * `User/2/UsagePoint/01`): then the whole path names them.
 */
function usagePointKeys(items: readonly Item[]): Map<Item, string> {
  const short = new Map(
    items.map((item) => [item, usagePointKey(item.self[0], item.entry.id ?? `entry ${item.entry.number}`)]),
  )
  const holders = Map.groupBy(items, (item) => short.get(item))
  return new Map(
    [...short].map(([item, key]) => {
      const shared = (holders.get(key)?.length ?? 0) > 1
      return [item, shared ? (item.self[0] ?? `${key} ${item.entry.number}`) : key]
    }),
  )
}

function joinReadings(feeds: readonly EspiFeed[]): MeterReading[] {
  const items = itemsOf(feeds, 'MeterReading')
  const types = itemsOf(feeds, 'ReadingType')
  const typeOf = readingTypeFinder(types)
  const readings = new Map<Item, MeterReading>()
  for (const item of items) readings.set(item, { item, readingType: typeOf(item), blocks: [] })
  const kin = new Kin(items, 'MeterReading')
  const orphans = new Map<string, MeterReading>()
  for (const block of blocksOf(feeds)) {
    const parent = kin.parentOf(block)
    const reading = parent && readings.get(parent)
    if (reading) reading.blocks.push(block)
    else addOrphan(orphans, block, typeOf)
  }
  return [...readings.values(), ...orphans.values()]
}

/** A block whose meter reading did not come: those whose paths name the same one belong together. */
function addOrphan(
  orphans: Map<string, MeterReading>,
  block: BlockItem,
  typeOf: (links: BlockItem) => Item | undefined,
): void {
  const path = block.up[0] ?? block.self[0] ?? ''
  const key = path.split('/IntervalBlock', 1)[0] ?? path
  const known = orphans.get(key)
  if (known) known.blocks.push(block)
  else orphans.set(key, { item: undefined, readingType: typeOf(block), blocks: [block] })
}

/** The reading type of a meter reading: linked either way, else the only one, unless the link names another. */
function readingTypeFinder(types: readonly Item[]): (links: Item | BlockItem) => Item | undefined {
  const named = new Kin(types, 'ReadingType')
  const byMeterReading = new Map<string, Item>()
  for (const type of types) for (const href of [...type.related, ...type.up]) byMeterReading.set(href, type)
  return (links) => {
    const linkedBack = links.self.map((self) => byMeterReading.get(self)).find((type) => type !== undefined)
    return linkedBack ?? named.parentOf({ self: [], up: [], related: links.related })
  }
}

function blocksOf(feeds: readonly EspiFeed[]): BlockItem[] {
  return feeds.flatMap(({ entries, readings }) =>
    entries.flatMap((entry) => {
      const links = linksOf(entry)
      return entry.payloads.flatMap((payload) =>
        payload.type === 'intervalBlock' ? [{ entry, block: payload, readings, ...links }] : [],
      )
    }),
  )
}

function joinCustomers(
  feeds: readonly EspiFeed[],
  usagePoints: readonly UsagePoint[],
  unresolved: ResolvedFeed['unresolved'],
): Pick<ResolvedFeed, 'accounts' | 'customersWithoutAccount'> {
  const customers = itemsOf(feeds, 'Customer')
  const accountItems = itemsOf(feeds, 'CustomerAccount')
  const agreementItems = itemsOf(feeds, 'CustomerAgreement')
  const locationItems = itemsOf(feeds, 'ServiceLocation')
  const customerOf = new Kin(customers, 'Customer')
  const accounts = new Map<Item | undefined, CustomerAccount>()
  for (const item of accountItems) {
    accounts.set(item, { item, customer: customerOf.parentOf(item), agreements: [] })
  }
  const agreements = new Map<Item, CustomerAgreement>()
  const accountOf = new Kin(accountItems, 'CustomerAccount')
  for (const item of agreementItems) {
    const agreement = { item, serviceLocations: [] }
    agreements.set(item, agreement)
    const parent = accountOf.parentOf(item)
    const account = accounts.get(parent) ?? { item: undefined, customer: customers[0], agreements: [] }
    account.agreements.push(agreement)
    accounts.set(parent, account)
  }
  const locations = joinLocations(locationItems, agreementItems, agreements, unresolved)
  joinMeters(feeds, locations, agreements, unresolved)
  joinOnlyUsagePoint([...locations.values()], usagePoints)
  const held = new Set([...accounts.values()].map(({ customer }) => customer))
  return {
    accounts: [...accounts.values()],
    customersWithoutAccount: customers.filter((customer) => !held.has(customer)),
  }
}

function joinLocations(
  items: readonly Item[],
  agreementItems: readonly Item[],
  agreements: ReadonlyMap<Item, CustomerAgreement>,
  unresolved: ResolvedFeed['unresolved'],
): Map<Item, ServiceLocation> {
  const kin = new Kin(agreementItems, 'CustomerAgreement')
  const locations = new Map<Item, ServiceLocation>()
  for (const item of items) {
    const location = { item, usagePoints: usagePointsOf(item), meters: [] }
    const parent = kin.parentOf(item)
    const agreement = parent && agreements.get(parent)
    locations.set(item, location)
    if (agreement) agreement.serviceLocations.push(location)
    else unresolved.push({ entry: item.entry, name: 'ServiceLocation' })
  }
  return locations
}

/** ServiceLocation.UsagePoints, the standard's only join of customer and usage feed, and links to usage points. */
function usagePointsOf(item: Item): string[] {
  const uris = childrenOf(item.element, 'UsagePoints')
    .flatMap((points) => childrenOf(points, 'UsagePoint'))
    .map((point) => point.text.trim())
    .filter((uri) => uri !== '')
  const linked = item.related.filter((href) => /\/UsagePoint\/[^/]+$/.test(href))
  return [...new Set([...uris, ...linked].map((uri) => usagePointKey(uri)))]
}

/** Meters hang on the service location (PG&E, UtilityAPI) or right on the agreement (SCE). */
function joinMeters(
  feeds: readonly EspiFeed[],
  locations: ReadonlyMap<Item, ServiceLocation>,
  agreements: ReadonlyMap<Item, CustomerAgreement>,
  unresolved: ResolvedFeed['unresolved'],
): void {
  const byLocation = new Kin([...locations.keys()], 'ServiceLocation')
  const byAgreement = new Kin([...agreements.keys()], 'CustomerAgreement')
  for (const meter of itemsOf(feeds, 'Meter', 'EndDevice')) {
    const parent = byLocation.parentOf(meter)
    const agreement = parent ? undefined : byAgreement.parentOf(meter)
    const location = parent
      ? locations.get(parent)
      : agreement && agreements.get(agreement)?.serviceLocations.at(0)
    if (location) location.meters.push(meter)
    else unresolved.push({ entry: meter.entry, name: meter.element.name })
  }
}

/** One service location that names no usage point, and one usage point that nobody names, belong together. */
function joinOnlyUsagePoint(locations: readonly ServiceLocation[], usagePoints: readonly UsagePoint[]): void {
  const named = new Set(locations.flatMap((location) => location.usagePoints))
  const free = usagePoints.filter(({ key }) => !named.has(key))
  const silent = locations.filter((location) => location.usagePoints.length === 0)
  const [point] = free
  const [location] = silent
  if (point && location && free.length === 1 && silent.length === 1) location.usagePoints.push(point.key)
}

function othersOf(feeds: readonly EspiFeed[]): ResolvedFeed['others'] {
  return feeds.flatMap(({ entries }) =>
    entries.flatMap((entry) =>
      entry.payloads.flatMap((payload) =>
        payload.type === 'resource' && !JOINED.has(payload.name) ? [{ entry, resource: payload }] : [],
      ),
    ),
  )
}
