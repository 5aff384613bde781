import type { ResolvedFeed } from '../espi/resolved.ts'
import type { LocalCalendar } from '../shared/local-calendar.ts'
import { toAccount } from './account.ts'
import type { Carrier } from './carry.ts'
import type { Measurement } from './measurement.ts'
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
    accounts: byId(
      feed.accounts.map((account) => toAccount(account, context, tools)),
      (account) => account.cds_account_id,
    ),
    serviceContracts: toServiceContracts(feed, { sites, asOf }, context, tools),
    servicePoints: toServicePoints(all, feed, asOf).map((source) => toServicePoint(source, tools)),
    meterDevices: toMeters(all, points).map((meter) => toMeterDevice(meter, tools.carrier)),
  }
}

function toServiceContracts(
  feed: ResolvedFeed,
  { sites, asOf }: { sites: readonly Site[]; asOf: number },
  context: TranslateContext,
  tools: Tools,
): Translated['serviceContracts'] {
  const points = new Map(feed.usagePoints.map((point) => [point.key, point]))
  const contracts = feed.accounts.flatMap((account) =>
    account.agreements.map((agreement) => {
      const id = contractIdOf(account, agreement, context)
      const served = sites.filter(({ contractId }) => contractId === id)
      const usagePoints = served.flatMap(({ usagePoint }) => points.get(usagePoint) ?? [])
      return toServiceContract({ account, agreement, usagePoints, asOf }, context, tools)
    }),
  )
  return byId(contracts, (contract) => contract.cds_servicecontract_id)
}

function toServicePoints(sites: readonly Site[], feed: ResolvedFeed, asOf: number): ServicePointSource[] {
  const points = new Map(feed.usagePoints.map((point) => [point.key, point]))
  const sources = sites.map((site) => {
    const contracts = site.contractId === null ? [] : [site.contractId]
    const ended = site.to !== undefined && site.to <= asOf
    return {
      servicePointId: site.servicePointId,
      usagePoint: points.get(site.usagePoint),
      location: site.location,
      currentContracts: ended ? [] : contracts,
      previousContracts: ended ? contracts : [],
    }
  })
  return byId(sources, (source) => source.servicePointId)
}

function toMeters(sites: readonly Site[], points: readonly PlacedPoint[]): MeterSource[] {
  const measured = new Map(
    points.map(({ point }) => [point.key, measurementsOf(point, serviceKindOf(point))]),
  )
  const meters = new Map<string, MeterSource & { measurements: Measurement[] }>()
  for (const site of sites) {
    for (const { meterDeviceId, meter } of site.meters) {
      const known = meters.get(meterDeviceId)
      const source = known ?? { meterDeviceId, meter, servicePointIds: [], measurements: [] }
      source.servicePointIds.push(site.servicePointId)
      source.measurements.push(...(measured.get(site.usagePoint) ?? []))
      meters.set(meterDeviceId, source)
    }
  }
  return [...meters.values()]
}

/** Several entries may tell of the same object: one of them is enough. */
function byId<T>(objects: readonly T[], idOf: (object: T) => string): T[] {
  const known = new Map<string, T>()
  for (const object of objects) if (!known.has(idOf(object))) known.set(idOf(object), object)
  return [...known.values()]
}
