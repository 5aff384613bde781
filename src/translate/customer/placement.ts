import type { Item } from '../../espi/link/kin.ts'
import type {
  CustomerAccount,
  CustomerAgreement,
  ResolvedFeed,
  ServiceLocation,
  UsagePoint,
} from '../../espi/resolved.ts'
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
  const alone = agreements.length === 1 && point !== undefined && others.length === 0
  return alone ? [{ location: undefined, keys: [point.key] }] : []
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

/** The places that hold at a time. Where no contract covers it, the last one known does. */
export function placementsAt(placements: readonly Placement[], epoch: number): Placement[] {
  const valid = validAt(placements, epoch)
  return valid.length > 0 ? valid : placements.slice(-1)
}

/** The places that hold on some day of a period: those of its start, then others of the same account; whoever moved in is not told. */
export function placementsDuring(
  placements: readonly Placement[],
  period: Span,
  calendar: LocalCalendar,
): Placement[] {
  const first = validAt(placements, period.start)
  const days = toDates(period, calendar)
  const later = placements.filter(
    (placement) => !first.includes(placement) && shareDay(validDates(placement, calendar), days),
  )
  const all = [...first, ...later]
  if (all.length === 0) return placements.slice(-1)
  return all.filter(({ accountId }, index) => index < first.length || accountId === all[0]?.accountId)
}

function validAt(placements: readonly Placement[], epoch: number): Placement[] {
  return placements.filter(({ from, to }) => epoch >= (from ?? epoch) && epoch < (to ?? epoch + 1))
}

function validDates({ from, to }: Placement, calendar: LocalCalendar): Dates {
  return toDates({ start: from ?? 0, end: to ?? LAST_SECOND }, calendar)
}
