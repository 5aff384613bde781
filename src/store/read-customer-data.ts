import type {
  CustomerDataReader,
  DataRequest,
  SeenSegment,
  SegmentPage,
  Series,
  UsageSegmentFilter,
  View,
} from '../cds/stores.ts'
import type { Database } from './database.ts'
import { listObjects } from './list-objects.ts'
import { type ListedSegment, listSegments } from './list-segments.ts'
import { type BilledPeriod, readSeries, seriesKey } from './read-series.ts'
import { visibleIds } from './visible-ids.ts'

/** The read side of customer data over PostgreSQL. Views become conditions: what no view shows never leaves the database. */
export function customerDataReader(db: Database): CustomerDataReader {
  return {
    listObjects: (kind, views, filter, page) => listObjects(db, kind, views, filter, page),
    listUsageSegments: (views, filter, page) => listUsageSegments(db, views, filter, page),
    visibleIds: (views, named) => visibleIds(db, views, named),
  }
}

async function listUsageSegments(
  db: Database,
  views: readonly View[],
  filter: UsageSegmentFilter,
  page: DataRequest,
): Promise<SegmentPage> {
  const listed = await listSegments(db, views, filter, page)
  const keys = [...new Map(listed.items.map((segment) => [seriesKey(segment), segment])).values()]
  const { series, visible, sections } = await readSeries(db, views, keys)
  const items = listed.items.map((segment): SeenSegment => {
    const own = series.get(seriesKey(segment))
    if (!own) throw new Error('a segment without its series')
    return { ...segment, series: own, billSections: sectionsDuring(segment, own, sections) }
  })
  return { ...listed, items, visible }
}

/** CDS-WG3-01 §10.8.1 #usage-segment-format `related_billsections`: sections of the service point whose period overlaps what is shown of the segment. */
function sectionsDuring(
  { utilityAuthorizationId, shown: { start, end } }: ListedSegment,
  { accountId, servicePointId }: Series,
  sections: readonly BilledPeriod[],
): string[] {
  if (servicePointId === null) return []
  const during = sections.filter(
    ({ a, account, points, from, to }) =>
      a === utilityAuthorizationId &&
      account === accountId &&
      points.includes(servicePointId) &&
      Date.parse(from) < end &&
      Date.parse(to) > start,
  )
  return during.map(({ id }) => id)
}
