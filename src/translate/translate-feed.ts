import type { UsageSegment } from '../cds/wire/usage-segment.ts'
import type { EspiFeed } from '../espi/model.ts'
import { resolveLinks } from '../espi/resolve-links.ts'
import type { ResolvedFeed, UsagePoint } from '../espi/resolved.ts'
import { type LocalCalendar, localCalendar } from '../shared/local-calendar.ts'
import { toAccount } from './account.ts'
import { toBills } from './bills.ts'
import { Carrier } from './carry.ts'
import { withoutDuplicateNumbers } from './duplicates.ts'
import { checkLocalTime } from './local-time.ts'
import { toMeterDevice } from './meter-device.ts'
import { toMeters } from './meter-sources.ts'
import { type Placement, placementsAt, type Site, sitesOf, unplaced } from './placement.ts'
import { Refusals } from './refusals.ts'
import { refuseOthers } from './refuse-others.ts'
import { contractIdOf, serviceKindOf, toServiceContract } from './service-contract.ts'
import { toServicePoint } from './service-point.ts'
import { toServicePoints } from './service-point-sources.ts'
import type { Slots } from './slots.ts'
import { type Source, toSources } from './sources.ts'
import { stretchesOf } from './stretches.ts'
import type { TranslateContext, Translated, Unstamped } from './translated.ts'
import { type SegmentContext, toUsageSegments, toUsageSegmentTexts } from './usage-segment.ts'

/** A translation whose usage segments are made one at a time; `refused` is complete once they have all been taken. */
export interface Translation extends Omit<Translated, 'usageSegments' | 'refused'> {
  usageSegments(): IteratorObject<Unstamped<UsageSegment>>
  /** The usage segments as JSON text with the members of `stamps` behind, instead of as objects: several times faster. */
  usageSegmentTexts(stamps: object): IteratorObject<string>
  refused(): Translated['refused']
}

/**
 * One feed, or a usage feed and a customer feed together, become CDS objects (CDS-WG3-01 §10). Pure: what cannot be
 * translated is in `refused`, everything else goes through.
 */
export function translateFeed(feeds: EspiFeed | readonly EspiFeed[], context: TranslateContext): Translated {
  const { usageSegments, usageSegmentTexts: _, refused, ...objects } = startTranslation(feeds, context)
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
  const asOf = Math.max(0, ...all.map(latestUpdate)) / 1000
  const sites = sitesOf(feed, context)
  refuseOthers(all, feed, { refusals, carrier })
  if (asOf > 0) {
    checkLocalTime(feed.usagePoints, { calendar, year: new Date(asOf * 1000).getUTCFullYear(), refusals })
  }
  const points = feed.usagePoints.map((point) => placePoint(point, sites, context, refusals))
  const segmentsOf = ({ sources, placements }: PlacedPoint): [Iterable<Slots>, SegmentContext] => [
    stretchesOf(sources, { calendar, window: context.window, refusals }),
    {
      identify: context.identify,
      calendar,
      placementsAt: (epoch) => placementsAt(placements, epoch),
      refusals,
    },
  ]
  const emitted = [...sites, ...points.flatMap(({ ownSites }) => ownSites)]
  return {
    accounts: feed.accounts.map((account) => toAccount(account, context, { refusals, carrier })),
    serviceContracts: toServiceContracts(feed, { sites, asOf }, context, { calendar, carrier }),
    servicePoints: toServicePoints(emitted, feed, { asOf, refusals }).map((source) =>
      toServicePoint(source, { refusals, carrier }),
    ),
    meterDevices: toMeters(emitted, feed.usagePoints, refusals).map((meter) => toMeterDevice(meter, carrier)),
    ...toBills(points, context, calendar, refusals),
    usageSegments: () => points.values().flatMap((point) => toUsageSegments(...segmentsOf(point))),
    usageSegmentTexts: (stamps) =>
      points.values().flatMap((point) => toUsageSegmentTexts(...segmentsOf(point), stamps)),
    refused: () => refusals.toList(),
  }
}

/** A usage point with its readings and its places; `ownSites` are those that only this feed can tell of. */
interface PlacedPoint {
  point: UsagePoint
  sources: Source[]
  placements: Placement[]
  ownSites: Site[]
}

function placePoint(
  point: UsagePoint,
  sites: readonly Site[],
  context: TranslateContext,
  refusals: Refusals,
): PlacedPoint {
  const sources = toSources(point, serviceKindOf(point), context.currency, refusals)
  const here = sites.filter(({ usagePoint }) => usagePoint === point.key)
  if (here.length > 0) return { point, sources, placements: here, ownSites: [] }
  const site = unplaced(point.key, context)
  return { point, sources, placements: [site], ownSites: [site] }
}

function toServiceContracts(
  feed: ResolvedFeed,
  { sites, asOf }: { sites: readonly Site[]; asOf: number },
  context: TranslateContext,
  deps: { calendar: LocalCalendar; carrier: Carrier },
): Translated['serviceContracts'] {
  const points = new Map(feed.usagePoints.map((point) => [point.key, point]))
  return feed.accounts.flatMap((account) =>
    account.agreements.map((agreement) => {
      const id = contractIdOf(account, agreement, context)
      const served = sites.filter(({ contractId }) => contractId === id)
      const usagePoints = served.flatMap(({ usagePoint }) => points.get(usagePoint) ?? [])
      return toServiceContract({ account, agreement, usagePoints, asOf }, context, deps)
    }),
  )
}

function latestUpdate({ entries }: EspiFeed): number {
  return entries.reduce((latest, { updated }) => Math.max(latest, updated), 0)
}
