import type { UsageSegment } from '../cds/wire/usage-segment.ts'
import type { EspiFeed } from '../espi/model.ts'
import { resolveLinks } from '../espi/resolve-links.ts'
import { localCalendar } from '../shared/local-calendar.ts'
import { billSectionsDuring } from './bills/billed-days.ts'
import { toBills } from './bills/bills.ts'
import { Carrier } from './carry.ts'
import { toCustomerObjects } from './customer/customer-objects.ts'
import { withoutDuplicateNumbers } from './customer/duplicates.ts'
import { sitesOf } from './customer/placement.ts'
import { checkLocalTime } from './local-time.ts'
import { type PlacedPoint, placePoint, segmentSources } from './placed-point.ts'
import { Refusals } from './refusals.ts'
import { refuseOthers } from './refuse-others.ts'
import type { TranslateContext, Translated, Unstamped } from './translated.ts'
import { toUsageSegments, toUsageSegmentTexts } from './usage/usage-segment.ts'

/** A translation whose usage segments are made one at a time; `refused` is complete once they have all been taken. */
export interface Translation extends Omit<Translated, 'usageSegments' | 'refused'> {
  usageSegments(): IteratorObject<Unstamped<UsageSegment>>
  /** The usage segments as JSON text with the members of `stamps` behind, instead of as objects: several times faster. */
  usageSegmentTexts(stamps: object): IteratorObject<string>
  refused(): Translated['refused']
  /** The path of the usage point in its feed, by the id of its service point: where a person finds it again. */
  usagePointPaths: ReadonlyMap<string, string>
}

/**
 * One feed, or a usage feed and a customer feed together, become CDS objects (CDS-WG3-01 §10). Pure: what cannot be
 * translated is in `refused`, everything else goes through.
 */
export function translateFeed(feeds: EspiFeed | readonly EspiFeed[], context: TranslateContext): Translated {
  const {
    usageSegments,
    usageSegmentTexts: _,
    usagePointPaths: __,
    refused,
    ...objects
  } = startTranslation(feeds, context)
  const segments = [...usageSegments()]
  return { ...objects, usageSegments: segments, refused: refused() }
}

/** Like translateFeed, for callers that write segments out as they come. Take the segments once. */
export function startTranslation(
  feeds: EspiFeed | readonly EspiFeed[],
  context: TranslateContext,
): Translation {
  const all: readonly EspiFeed[] = [feeds].flat()
  const resolved = resolveLinks(all)
  const refusals = new Refusals()
  const feed = { ...resolved, accounts: withoutDuplicateNumbers(resolved, context, refusals) }
  const carrier = new Carrier(refusals)
  const calendar = localCalendar(context.timezone)
  const tools = { calendar, refusals, carrier }
  const asOf = Math.max(0, ...all.map(latestUpdate)) / 1000
  const sites = sitesOf(feed, context)
  refuseOthers(all, feed, tools)
  if (asOf > 0) {
    checkLocalTime(feed.localTimes, { calendar, year: new Date(asOf * 1000).getUTCFullYear(), refusals })
  }
  const points = feed.usagePoints.map((point) => placePoint(point, sites, context, refusals))
  const bills = toBills(points, context, calendar, refusals)
  const segmentTools = { ...tools, billSectionsDuring: billSectionsDuring(bills.billSections, calendar) }
  return {
    ...toCustomerObjects(feed, { sites, points, asOf }, context, tools),
    ...bills,
    usageSegments: () =>
      points.values().flatMap((point) => toUsageSegments(...segmentSources(point, context, segmentTools))),
    usageSegmentTexts: (stamps) =>
      points
        .values()
        .flatMap((point) => toUsageSegmentTexts(...segmentSources(point, context, segmentTools), stamps)),
    refused: () => refusals.toList(),
    usagePointPaths: pathsOf(points),
  }
}

function pathsOf(points: readonly PlacedPoint[]): Map<string, string> {
  return new Map(
    points.flatMap(({ point: { path }, placements }) =>
      path === undefined ? [] : placements.map(({ servicePointId }) => [servicePointId, path] as const),
    ),
  )
}

function latestUpdate({ entries }: EspiFeed): number {
  return entries.reduce((latest, { updated }) => Math.max(latest, updated), 0)
}
