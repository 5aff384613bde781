import type { UsageSegment } from '../cds/wire/usage-segment.ts'
import { daysBetween, type LocalCalendar } from '../shared/local-calendar.ts'
import type { Unstamped } from '../translate/translated.ts'
import type { SegmentKind } from '../translate/usage/segment-kind.ts'
import { isEmpty } from './rest-of-segment.ts'
import { servicePointOf } from './series-of.ts'

export type Segment = Unstamped<UsageSegment>

/** What the new segments of one service point, kind of value, interval length and phase of the grid tell. */
export interface Told {
  ids: Set<string>
  /** Beginnings of the local days of which they have values. */
  days: Set<number>
}

/** A stored segment, with what its series says: the service point, the interval in seconds, the type of the first format. */
export interface Near {
  id: string
  start: Date
  end: Date
  point: string | null
  interval: number
  type: string | null
}

/**
 * Ids of stored segments of which new ones tell a day, or that come again without one of their days, each with what is told of its
 * grid. After a run like the one before there are none.
 */
export function outdatedSegments(
  near: readonly Near[],
  segments: readonly Segment[],
  calendar: LocalCalendar,
): Map<string, Told> {
  const grids = gridsOf(segments, calendar)
  const outdated = new Map<string, Told>()
  for (const row of near) {
    const { interval } = row
    const start = row.start.getTime() / 1000
    const told = grids.get(gridKey(row.point ?? '', { interval, start, type: row.type ?? '' }))
    if (!told) continue
    const days = [...daysBetween(calendar, start, row.end.getTime() / 1000 - interval + 1)]
    const isTold = days.map((day) => told.days.has(day.start))
    if (isTold.includes(!told.ids.has(row.id))) outdated.set(row.id, told)
  }
  return outdated
}

function gridsOf(segments: readonly Segment[], calendar: LocalCalendar): Map<string, Told> {
  const grids = new Map<string, Told>()
  for (const segment of segments) {
    const interval = Number(segment.interval)
    const start = Date.parse(segment.segment_start) / 1000
    const key = gridKey(servicePointOf(segment), { interval, start, type: segment.formats[0]?.type ?? '' })
    const told = grids.get(key) ?? { ids: new Set(), days: new Set() }
    grids.set(key, told)
    told.ids.add(segment.cds_usagesegment_id)
    for (const day of daysBetween(calendar, start, start + segment.values.length * interval)) {
      const [from, to] = [day.start, day.end].map((at) => Math.max(0, Math.ceil((at - start) / interval)))
      if (!segment.values.slice(from, to).every(isEmpty)) told.days.add(day.start)
    }
  }
  return grids
}

function gridKey(point: string, first: { interval: number; start: number; type: string }): string {
  return JSON.stringify([point, first.interval, first.start % first.interval, kindOf(first.type)])
}

/**
 * What the segments of a value type hold. Those of registers and of summaries may have the intervals of usage, and stand beside it
 * (CDS-WG3-01 §10.8.5.8.2).
 */
export function kindOf(type: string | undefined): SegmentKind {
  if (type?.endsWith('meter_readings')) return 'register'
  return type === 'espi_power_quality' ? 'summary' : 'interval'
}
