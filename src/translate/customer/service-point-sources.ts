import type { ResolvedFeed } from '../../espi/resolved.ts'
import type { Refusals } from '../refusals.ts'
import { contractStateOf, isOver } from './contract-state.ts'
import { latestOf } from './duplicates.ts'
import type { Site } from './placement.ts'
import type { ServicePointSource } from './service-point.ts'

/** The sites of a feed become what its service points are made of, one for each usage point and contract. */
export function servicePointSourcesOf(
  sites: readonly Site[],
  feed: ResolvedFeed,
  { asOf, refusals }: { asOf: number; refusals: Refusals },
): ServicePointSource[] {
  const points = new Map(feed.usagePoints.map((point) => [point.key, point]))
  const bySite = Map.groupBy(sites, (site) => site.servicePointId)
  const chosen = [...bySite.values()].flatMap(
    (same) => latestOf(same, ({ location }) => location?.item) ?? [],
  )
  refusePlaces(sites, chosen, refusals)
  return chosen.map((site) => {
    const contracts = site.contractId === null ? [] : [site.contractId]
    const { agreement } = site
    const over = agreement !== undefined && isOver(contractStateOf(agreement, asOf))
    return {
      servicePointId: site.servicePointId,
      usagePointId: site.usagePointId,
      locationId: site.locationId,
      usagePoint: points.get(site.usagePoint),
      location: site.location,
      currentContracts: over ? [] : contracts,
      previousContracts: over ? contracts : [],
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
