import { childrenOf } from '../elements.ts'
import type { EspiFeed } from '../model.ts'
import type {
  CustomerAccount,
  CustomerAgreement,
  ResolvedFeed,
  ServiceLocation,
  UsagePoint,
} from '../resolved.ts'
import { type JoinedName, resources } from '../resources.ts'
import { contradict } from './contradiction.ts'
import { type Item, itemsOf, Kin } from './kin.ts'
import { normaliseHref, pathTo } from './links.ts'
import { usagePointNames } from './usage-point-names.ts'

/** Accounts with their customers, agreements, service locations and meters. */
export function joinCustomers(
  feeds: readonly EspiFeed[],
  usagePoints: readonly UsagePoint[],
  unresolved: ResolvedFeed['unresolved'],
): Pick<ResolvedFeed, 'accounts' | 'customersWithoutAccount'> {
  const customers = itemsOf(feeds, 'Customer')
  const accountItems = itemsOf(feeds, 'CustomerAccount')
  const agreementItems = itemsOf(feeds, 'CustomerAgreement')
  const locationItems = itemsOf(feeds, 'ServiceLocation')
  const customerOf = new Kin(customers, 'Customer')
  const accounts = new Map<Item | string, CustomerAccount>()
  for (const item of accountItems) {
    const [path] = item.self
    accounts.set(item, { path, item, customer: customerOf.parentOf(item), agreements: [], statements: [] })
  }
  const agreements = new Map<Item, CustomerAgreement>()
  const accountOf = new Kin(accountItems, 'CustomerAccount')
  for (const item of agreementItems) {
    const agreement = { item, serviceLocations: [], suppliers: [], programDates: [] }
    agreements.set(item, agreement)
    const path = holderPathOf(item)
    const key = accountOf.parentOf(item) ?? path ?? ''
    const customer = customerOf.parentOf(item)
    const account = accounts.get(key) ?? { path, item: undefined, customer, agreements: [], statements: [] }
    account.agreements.push(agreement)
    accounts.set(key, account)
  }
  const locations = joinLocations(locationItems, agreements, usagePoints, unresolved)
  joinMeters(feeds, locations, agreements, unresolved)
  unresolved.push(...metersApart(locations, agreements))
  joinToAgreements(feeds, agreements, unresolved)
  joinStatements(feeds, accounts, accountOf, unresolved)
  joinOnlyUsagePoint([...locations.values()], usagePoints)
  const held = new Set([...accounts.values()].map(({ customer }) => customer))
  return {
    accounts: [...accounts.values()],
    customersWithoutAccount: customers.filter((customer) => !held.has(customer)),
  }
}

/** Whose an agreement is where its account has no entry: the account, customer or retail customer that its path names. */
function holderPathOf({ self, up }: Item): string | undefined {
  const paths = [...self, ...up]
  const kinds = [...resources.CustomerAgreement.hangsOn, 'RetailCustomer']
  return kinds.map((kind) => pathTo(kind, paths)).find(Boolean)
}

function joinLocations(
  items: readonly Item[],
  agreements: ReadonlyMap<Item, CustomerAgreement>,
  usagePoints: readonly UsagePoint[],
  unresolved: ResolvedFeed['unresolved'],
): Map<Item, ServiceLocation> {
  const kin = new Kin([...agreements.keys()], 'CustomerAgreement')
  const locations = new Map<Item, ServiceLocation>()
  const keyOf = usagePointNames(items.flatMap(usagePointUris), usagePoints)
  for (const item of items) {
    const keys = new Set(usagePointUris(item).map(keyOf))
    const location = { item, usagePoints: [...keys], meters: [] }
    const parent = kin.parentOf(item)
    const agreement = parent && agreements.get(parent)
    locations.set(item, location)
    if (agreement) agreement.serviceLocations.push(location)
    else unresolved.push({ entry: item.entry, name: 'ServiceLocation' })
  }
  return locations
}

/** ServiceLocation.UsagePoints, the standard's only join of customer and usage feed, and links to usage points. */
function usagePointUris(item: Item): string[] {
  const uris = childrenOf(item.element, 'UsagePoints')
    .flatMap((points) => childrenOf(points, 'UsagePoint'))
    .map((point) => point.text.trim())
    .filter((uri) => uri !== '')
  const linked = item.related.filter((href) => /\/UsagePoint\/[^/]+$/.test(href))
  return [...new Set([...uris.map(normaliseHref), ...linked])]
}

/** The meters of a location that hangs on nothing hang on nothing either. */
function metersApart(
  locations: ReadonlyMap<Item, ServiceLocation>,
  agreements: ReadonlyMap<Item, CustomerAgreement>,
): ResolvedFeed['unresolved'] {
  const placed = new Set([...agreements.values()].flatMap(({ serviceLocations }) => serviceLocations))
  const apart = [...locations.values()].filter((location) => !placed.has(location))
  return apart.flatMap(({ meters }) => meters.map(({ entry, element }) => ({ entry, name: element.name })))
}

/** Suppliers and program dates hang on the agreement. */
function joinToAgreements(
  feeds: readonly EspiFeed[],
  agreements: ReadonlyMap<Item, CustomerAgreement>,
  unresolved: ResolvedFeed['unresolved'],
): void {
  const kin = new Kin([...agreements.keys()], 'CustomerAgreement')
  const join = (name: JoinedName, listOf: (agreement: CustomerAgreement) => Item[]): void => {
    for (const item of itemsOf(feeds, name)) {
      const parent = kin.parentOf(item)
      const agreement = parent && agreements.get(parent)
      if (agreement) listOf(agreement).push(item)
      else unresolved.push({ entry: item.entry, name })
    }
  }
  join('ServiceSupplier', ({ suppliers }) => suppliers)
  join('ProgramDateIdMappings', ({ programDates }) => programDates)
}

/** Statements hang on the account that they link to, else on that of their agreement. */
function joinStatements(
  feeds: readonly EspiFeed[],
  accounts: ReadonlyMap<Item | string, CustomerAccount>,
  accountOf: Kin,
  unresolved: ResolvedFeed['unresolved'],
): void {
  const holders = new Map(
    [...accounts.values()].flatMap((account) =>
      account.agreements.map(({ item }) => [item, account] as const),
    ),
  )
  const agreementOf = new Kin([...holders.keys()], 'CustomerAgreement')
  for (const statement of itemsOf(feeds, 'Statement')) {
    const parent = accountOf.parentOf(statement)
    // A statement that names another account must not be given to the only agreement that is here.
    const isOfOther =
      accountOf.idNamedBy(statement) !== undefined && agreementOf.idNamedBy(statement) === undefined
    const agreement = parent || isOfOther ? undefined : agreementOf.parentOf(statement)
    const account = parent ? accounts.get(parent) : agreement && holders.get(agreement)
    if (account) account.statements.push(statement)
    else unresolved.push({ entry: statement.entry, name: 'Statement' })
  }
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
  const [[point, ...otherPoints], [location, ...otherLocations]] = [free, silent]
  if (!point || !location || otherPoints.length + otherLocations.length > 0) return
  const { self, up } = location.item
  if (!contradict([...self, ...up], point.path === undefined ? [] : [point.path])) {
    location.usagePoints.push(point.key)
  }
}
