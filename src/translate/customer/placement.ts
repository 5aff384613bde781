import { contradict } from '../../espi/link/contradiction.ts'
import type { Item } from '../../espi/link/kin.ts'
import type {
  CustomerAccount,
  CustomerAgreement,
  ResolvedFeed,
  ServiceLocation,
  UsagePoint,
} from '../../espi/resolved.ts'
import { distinct } from '../../shared/distinct.ts'
import type { LocalCalendar } from '../../shared/local-calendar.ts'
import { type Dates, shareDay, toDates } from '../local-date.ts'
import { LAST_SECOND, type Span } from '../span.ts'
import type { TranslateContext } from '../translated.ts'
import { accountIdOf, accountNumberOf } from './account.ts'
import { validityOf } from './contract-state.ts'
import { serialNumberOf } from './meter-device.ts'
import { contractIdOf, contractNumberOf } from './service-contract.ts'

/** One place of a usage point in the customer's objects, and when the contract holds. */
export interface Placement {
  /** The usage point as every feed of this utility names it, see `usagePointKey`. */
  usagePoint: string
  /** Whose it is: the customer, else the account; null for a place that is nobody's. */
  customer: string | null
  accountId: string | null
  accountNumber: string | null
  contractId: string | null
  contractNumber: string | null
  servicePointId: string
  meterDeviceIds: string[]
  /** Epoch seconds; undefined is open. */
  from?: number | undefined
  to?: number | undefined
}

/** A place as the customer feed tells it, with what it was made of. */
export interface Site extends Placement {
  /** Identity of the usage point, one for all its sites; undefined for a location that names none. */
  usagePointId: string | undefined
  locationId: string | undefined
  agreement: CustomerAgreement | undefined
  location: ServiceLocation | undefined
  meters: { meterDeviceId: string; meter: Item | undefined }[]
}

/** Every usage point that the customer feed names, once for each contract that it serves. */
export function sitesOf(feed: ResolvedFeed, context: TranslateContext): Site[] {
  const sites = feed.accounts.flatMap((account) =>
    account.agreements.flatMap((agreement) => {
      const locations = locationsOf(agreement, feed)
      return locations.flatMap(({ location, keys }) =>
        keys.map((key) => toSite({ account, agreement, location, key }, context)),
      )
    }),
  )
  const byPoint = Map.groupBy(sites, ({ usagePoint }) => usagePoint)
  return sites.map((site) => ({
    ...site,
    usagePointId: isPlaceOnly(site) ? undefined : usagePointIdOf(byPoint.get(site.usagePoint) ?? [], context),
  }))
}

/** A usage point has one identity in all its contracts; the custodian's own may be another's elsewhere, or tell too much. */
function usagePointIdOf(sites: readonly Site[], { identify }: TranslateContext): string {
  return identify('usage_point', sites.map(({ servicePointId }) => servicePointId).toSorted()[0] ?? '')
}

/** A location that names no usage point is a place all the same. */
function isPlaceOnly({ location }: Site): boolean {
  return location !== undefined && location.usagePoints.length === 0
}

interface LocatedKeys {
  location: ServiceLocation | undefined
  /** Keys of usage points; a location without any is a place of its own. */
  keys: string[]
}

/** An agreement without any location, alone with a usage point that nobody else names, is where that point belongs. */
function locationsOf(agreement: CustomerAgreement, feed: ResolvedFeed): LocatedKeys[] {
  if (agreement.serviceLocations.length > 0) {
    return agreement.serviceLocations.map((location) => ({
      location,
      keys: location.usagePoints.length > 0 ? location.usagePoints : [locationKey(location)],
    }))
  }
  const agreements = feed.accounts.flatMap((account) => account.agreements)
  const [point, ...others] = feed.usagePoints
  if (agreements.length !== 1 || point === undefined || others.length > 0) return []
  const { self, up } = agreement.item
  const isOther = contradict([...self, ...up], point.path === undefined ? [] : [point.path])
  return isOther ? [] : [{ location: undefined, keys: [point.key] }]
}

function locationKey({ item }: ServiceLocation): string {
  return `location ${item.self[0] ?? item.entry.id ?? item.entry.number}`
}

function toSite(
  source: {
    account: CustomerAccount
    agreement: CustomerAgreement
    location: ServiceLocation | undefined
    key: string
  },
  context: TranslateContext,
): Site {
  const { account, agreement, location, key } = source
  const contractId = contractIdOf(account, agreement, context)
  const servicePointId = context.identify('service_point', contractId, key)
  const meters = metersOf(location, contractId, servicePointId, context)
  const accountId = accountIdOf(account, context)
  return {
    usagePoint: key,
    usagePointId: undefined,
    customer: account.customer?.self[0] ?? account.customer?.entry.id ?? accountId,
    locationId: location && context.identify('service_location', contractId, locationKey(location)),
    accountId,
    accountNumber: accountNumberOf(account) ?? null,
    contractId,
    contractNumber: contractNumberOf(agreement) ?? null,
    servicePointId,
    meterDeviceIds: meters.map(({ meterDeviceId }) => meterDeviceId),
    ...validityOf(agreement),
    agreement,
    location,
    meters,
  }
}

/** A meter is named by its serial number under the contract; where none is known, one stands behind the service point. */
function metersOf(
  location: ServiceLocation | undefined,
  contractId: string,
  servicePointId: string,
  { identify }: TranslateContext,
): Site['meters'] {
  if (!location || location.meters.length === 0) {
    return [{ meterDeviceId: identify('meter_device', servicePointId), meter: undefined }]
  }
  return location.meters.map((meter) => {
    const name = serialNumberOf(meter) ?? meter.self[0] ?? meter.entry.id ?? `entry ${meter.entry.number}`
    // An end device that carries the number of a meter is still another device.
    const kind = meter.element.name === 'EndDevice' ? ['end_device'] : []
    return { meterDeviceId: identify('meter_device', contractId, ...kind, name), meter }
  })
}

/** The place of a usage point that no contract is known for. */
export function unplaced({ key, path }: UsagePoint, context: TranslateContext): Site {
  const { authorizationKey } = context
  const naturalKey = authorizationKey === undefined ? [path ?? key] : [authorizationKey, key]
  const servicePointId = context.identify('service_point', ...naturalKey)
  const meterDeviceId = context.identify('meter_device', servicePointId)
  return {
    usagePoint: key,
    usagePointId: context.identify('usage_point', servicePointId),
    locationId: undefined,
    customer: null,
    accountId: null,
    accountNumber: null,
    contractId: null,
    contractNumber: null,
    servicePointId,
    meterDeviceIds: [meterDeviceId],
    agreement: undefined,
    location: undefined,
    meters: [{ meterDeviceId, meter: undefined }],
  }
}

/**
 * The places that hold at a time, all of one customer. Where no contract covers it, and there is one customer only, the nearest; where
 * the contracts of several do, or none of several, nobody can say whose it is, and it is nobody's.
 */
export function placementsAt(placements: readonly Placement[], epoch: number): Placement[] {
  const valid = validAt(placements, epoch)
  return ofOneCustomer(valid.length > 0 ? valid : nearest(placements, epoch)) ?? nobodys(placements)
}

/** The places that hold on some day of a period: those of its start, then others of the same account; whoever moved in is not told. */
export function placementsDuring(
  placements: readonly Placement[],
  period: Span,
  calendar: LocalCalendar,
): Placement[] {
  const days = toDates(period, calendar)
  const valid = validAt(placements, period.start)
  const later = owned(placements).filter(
    (placement) => !valid.includes(placement) && shareDay(validDates(placement, calendar), days),
  )
  const known = valid.length > 0 ? valid : later.length > 0 ? later : nearest(placements, period.start)
  const first = ofOneCustomer(known)
  if (!first) return nobodys(placements)
  const isSameAccount = ({ accountId }: Placement): boolean => accountId === first[0]?.accountId
  return distinct([...first, ...later.filter(isSameAccount)])
}

/** Whether the places are those of several customers. */
export function isOfSeveral(placements: readonly Placement[]): boolean {
  return new Set(owned(placements).map(({ customer }) => customer)).size > 1
}

function owned(placements: readonly Placement[]): Placement[] {
  return placements.filter(({ customer }) => customer !== null)
}

function nobodys(placements: readonly Placement[]): Placement[] {
  return placements.filter(({ customer }) => customer === null)
}

function ofOneCustomer(placements: Placement[]): Placement[] | undefined {
  return placements.length > 0 && !isOfSeveral(placements) ? placements : undefined
}

function validAt(placements: readonly Placement[], epoch: number): Placement[] {
  return owned(placements).filter(({ from, to }) => epoch >= (from ?? epoch) && epoch < (to ?? epoch + 1))
}

/** The contract that began last before a time, else the first of all; none where they are of several customers. */
function nearest(placements: readonly Placement[], epoch: number): Placement[] {
  const beginOf = ({ from }: Placement): number => from ?? 0
  const inOrder = owned(placements).toSorted(
    (a, b) => beginOf(a) - beginOf(b) || a.servicePointId.localeCompare(b.servicePointId),
  )
  const begun = inOrder.filter((placement) => beginOf(placement) <= epoch)
  return isOfSeveral(placements) ? [] : [begun.at(-1) ?? inOrder[0] ?? []].flat()
}

function validDates({ from, to }: Placement, calendar: LocalCalendar): Dates {
  return toDates({ start: from ?? 0, end: to ?? LAST_SECOND }, calendar)
}
