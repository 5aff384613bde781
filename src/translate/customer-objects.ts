import type { ResolvedFeed } from '../espi/resolved.ts'
import type { LocalCalendar } from '../shared/local-calendar.ts'
import { toAccount } from './account.ts'
import type { Carrier } from './carry.ts'
import { latestOf, refuseOthers } from './duplicates.ts'
import { type MeterSource, toMeterDevice } from './meter-device.ts'
import type { PlacedPoint } from './placed-point.ts'
import type { Site } from './placement.ts'
import type { Refusals } from './refusals.ts'
import { contractIdOf, serviceKindOf, toServiceContract } from './service-contract.ts'
import { type ServicePointSource, toServicePoint } from './service-point.ts'
import { measurementsOf } from './sources.ts'
import type { TranslateContext, Translated } from './translated.ts'

/** What all objects of a translation share. */
export interface Tools {
  calendar: LocalCalendar
  refusals: Refusals
  carrier: Carrier
}

type CustomerObjects = Pick<Translated, 'accounts' | 'serviceContracts' | 'servicePoints' | 'meterDevices'>

/** Accounts, contracts, service points and meters, each once, however many entries tell of it. `asOf` is "now", epoch seconds. */
export function toCustomerObjects(
  feed: ResolvedFeed,
  { sites, points, asOf }: { sites: readonly Site[]; points: readonly PlacedPoint[]; asOf: number },
  context: TranslateContext,
  tools: Tools,
): CustomerObjects {
  const all = [...sites, ...points.flatMap(({ ownSites }) => ownSites)]
  return {
    accounts: feed.accounts.map((account) => toAccount(account, context, tools)),
    serviceContracts: toServiceContracts(feed, { sites, asOf }, context, tools),
    servicePoints: toServicePoints(all, feed, asOf, tools).map((source) => toServicePoint(source, tools)),
    meterDevices: toMeters(all, points, tools).map((meter) => toMeterDevice(meter, tools.carrier)),
  }
}

function toServiceContracts(
  feed: ResolvedFeed,
  { sites, asOf }: { sites: readonly Site[]; asOf: number },
  context: TranslateContext,
  tools: Tools,
): Translated['serviceContracts'] {
  const points = new Map(feed.usagePoints.map((point) => [point.key, point]))
  return feed.accounts.flatMap((account) =>
    account.agreements.map((agreement) => {
      const id = contractIdOf(account, agreement, context)
      const served = sites.filter(({ contractId }) => contractId === id)
      const usagePoints = served.flatMap(({ usagePoint }) => points.get(usagePoint) ?? [])
      return toServiceContract({ account, agreement, usagePoints, asOf }, context, tools)
    }),
  )
}

function toServicePoints(
  sites: readonly Site[],
  feed: ResolvedFeed,
  asOf: number,
  { refusals }: Tools,
): ServicePointSource[] {
  const points = new Map(feed.usagePoints.map((point) => [point.key, point]))
  const bySite = Map.groupBy(sites, (site) => site.servicePointId)
  const chosen = [...bySite.values()].flatMap(
    (same) => latestOf(same, ({ location }) => location?.item) ?? [],
  )
  refusePlaces(sites, chosen, refusals)
  return chosen.map((site) => {
    const contracts = site.contractId === null ? [] : [site.contractId]
    const ended = site.to !== undefined && site.to <= asOf
    return {
      servicePointId: site.servicePointId,
      usagePointId: site.usagePointId,
      locationId: site.locationId,
      usagePoint: points.get(site.usagePoint),
      location: site.location,
      currentContracts: ended ? [] : contracts,
      previousContracts: ended ? contracts : [],
    }
  })
}

/** Two locations of one contract that name the same usage point: a service point has one place, the later. */
function refusePlaces(sites: readonly Site[], chosen: readonly Site[], refusals: Refusals): void {
  const kept = new Set(chosen.map(({ location }) => location?.item))
  for (const { location } of sites.filter((site) => !chosen.includes(site))) {
    if (!location) continue
    const field = kept.has(location.item) ? 'ServiceLocation.UsagePoints' : 'ServiceLocation'
    refusals.add('duplicate_object', location.item.entry, field)
  }
}

function toMeters(
  sites: readonly Site[],
  points: readonly PlacedPoint[],
  { refusals }: Tools,
): MeterSource[] {
  const measured = new Map(
    points.map(({ point }) => [point.key, measurementsOf(point, serviceKindOf(point))]),
  )
  const devices = sites.flatMap((site) => site.meters.map((device) => ({ ...device, site })))
  const same = Map.groupBy(devices, ({ meterDeviceId }) => meterDeviceId)
  return [...same].map(([meterDeviceId, all]) => {
    const items = all.map(({ meter }) => meter)
    const meter = latestOf(items, (item) => item)
    refuseOthers(items, meter, refusals)
    const servicePointIds = [...new Set(all.map(({ site }) => site.servicePointId))]
    const measurements = all.flatMap(({ site }) => measured.get(site.usagePoint) ?? [])
    return { meterDeviceId, meter, servicePointIds, measurements }
  })
}
