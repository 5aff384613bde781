import type { Item } from '../espi/link/kin.ts'
import type { EspiFeed } from '../espi/model.ts'
import type { ResolvedFeed } from '../espi/resolved.ts'
import type { Carrier } from './carry.ts'
import type { Refusals } from './refusals.ts'

/** What takes no part in the graph, or found no place in it, is refused by name. */
export function refuseOthers(
  feeds: readonly EspiFeed[],
  feed: ResolvedFeed,
  { refusals, carrier }: { refusals: Refusals; carrier: Carrier },
): void {
  for (const { entries } of feeds) {
    for (const entry of entries) {
      if (entry.payloads.length === 0) refusals.add('entry_without_payload', entry, 'content')
      const { unreadUpdated } = entry
      if (unreadUpdated) refusals.add('updated_not_datetime', entry, 'entry.updated', unreadUpdated)
    }
  }
  notice(feed, refusals)
  for (const { entry, resource } of feed.others) {
    refusals.add('resource_not_translated', entry, resource.name)
  }
  for (const { entry, name } of feed.unused) refusals.add('not_referred_to', entry, name)
  for (const { entry, name, count } of feed.unresolved) {
    refusals.add('link_unresolved', entry, name, undefined, count)
  }
  for (const { entry, element } of feed.usagePoints.flatMap(({ otherTimes }) => otherTimes)) {
    refusals.add('local_time_second', entry, element.name)
  }
  for (const { entry } of feed.customersWithoutAccount) refusals.add('account_missing', entry, 'Customer')
  for (const item of usageItems(feed)) carrier.refuseRest(item)
}

/** The resources of a usage feed that become no object of their own. */
function usageItems({ usagePoints, localTimes }: ResolvedFeed): Item[] {
  const ofPoints = usagePoints.flatMap(({ meterReadings, summaries, qualitySummaries }) => [
    ...meterReadings.flatMap(({ item, readingType }) => [item ?? [], readingType ?? []].flat()),
    ...summaries,
    ...qualitySummaries,
  ])
  return [...ofPoints, ...localTimes]
}

/** A place whose usage point is not here says nothing by itself; beside usage points that no place names, somebody mixed two names up. */
function notice({ accounts, usagePoints }: ResolvedFeed, refusals: Refusals): void {
  const locations = accounts.flatMap(({ agreements }) => agreements.flatMap((one) => one.serviceLocations))
  const named = new Set(locations.flatMap((location) => location.usagePoints))
  const known = new Set(usagePoints.map(({ key }) => key))
  if (usagePoints.every(({ key }) => named.has(key))) return
  for (const { item, usagePoints: keys } of locations) {
    if (keys.length === 0 || keys.some((key) => known.has(key))) continue
    refusals.add('usage_point_elsewhere', item.entry, 'ServiceLocation.UsagePoints')
  }
}
