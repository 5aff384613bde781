import type { UsagePoint } from '../espi/resolved.ts'
import type { LocalCalendar } from '../shared/local-calendar.ts'
import type { BillSectionsDuring } from './bills/billed-days.ts'
import { isOfSeveral, type Placement, placementsAt, type Site, unplaced } from './customer/placement.ts'
import { programNamesOf } from './customer/program-names.ts'
import type { Refusals } from './refusals.ts'
import { serviceKindOf } from './service-kind.ts'
import type { TranslateContext } from './translated.ts'
import { periodsOf } from './usage/periods.ts'
import { toPowerQuality } from './usage/power-quality.ts'
import type { Slots } from './usage/slots.ts'
import { type Source, toSources } from './usage/sources.ts'
import { stretchesOf } from './usage/stretches.ts'
import type { SegmentContext } from './usage/usage-segment.ts'

/** A usage point with its readings and its places; `ownSites` are those that only this feed can tell of. */
export interface PlacedPoint {
  point: UsagePoint
  sources: Source[]
  placements: Placement[]
  ownSites: Site[]
}

/** A usage point gets the places that the customer feed names for it, else, or where they are of several customers, one of its own. */
export function placePoint(
  point: UsagePoint,
  sites: readonly Site[],
  context: TranslateContext,
  refusals: Refusals,
): PlacedPoint {
  const sources = [
    ...toSources(point, serviceKindOf(point), context.currency, refusals),
    ...toPowerQuality(point, refusals),
  ]
  const here = sites.filter(({ usagePoint }) => usagePoint === point.key)
  if (here.length > 0 && !isOfSeveral(here)) return { point, sources, placements: here, ownSites: [] }
  const site = unplaced(point, context)
  // Of several customers, what is nobody's has a place of its own, of the same usage point.
  const own = { ...site, usagePointId: here[0]?.usagePointId ?? site.usagePointId }
  return { point, sources, placements: [...here, own], ownSites: [own] }
}

interface SegmentTools {
  calendar: LocalCalendar
  refusals: Refusals
  billSectionsDuring: BillSectionsDuring
}

/** What the usage segments of a placed point are made of: its readings by time, and what they must know. */
export function segmentSources(
  { point, sources, placements }: PlacedPoint,
  { identify, window, segmentLength = 'day' }: TranslateContext,
  { calendar, refusals, billSectionsDuring }: SegmentTools,
): [Iterable<Slots>, SegmentContext] {
  const periods = periodsOf(segmentLength, calendar, placements)
  return [
    stretchesOf(sources, { periods, window, refusals }),
    {
      identify,
      periods,
      placementsAt: (epoch) => placementsAt(placements, epoch),
      isOfSeveral: isOfSeveral(placements),
      billSectionsDuring,
      programNames: programNamesOf(point),
      refusals,
    },
  ]
}
