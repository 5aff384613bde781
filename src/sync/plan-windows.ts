import { localCalendar } from '../shared/local-calendar.ts'
import { periodOf, type SegmentLength } from '../shared/segment-length.ts'
import type { Window } from './stores.ts'

export interface WindowRequest {
  /** The customer's resources are part of what the utility granted. */
  customer: boolean
  /** The customer's usage points, without readings. */
  usagePoints: boolean
  /** Readings to fetch, from the beginning of this moment's segment; undefined: no readings are granted. */
  usageFrom: Date | undefined
  /** The utility has, or granted, no reading before this moment's local day; undefined: no limit told. */
  reachesTo?: Date | undefined
  now: Date
  timezone: string
  /** The longest stretch of readings one request may ask for. */
  daysPerRequest: number
  segmentLength: SegmentLength
}

/**
 * What to ask a utility for, in order: who and where first, then readings, oldest first, so that a later feed finds what an earlier
 * one said of its meters. Windows begin and end where segments do, at a local midnight or the first of a local month, so that no segment
 * is fetched in halves; only the first may begin, and the last end, inside a month: there is nothing before, or nothing yet behind.
 */
export function planWindows(request: WindowRequest): Window[] {
  const windows: Window[] = []
  if (request.customer) windows.push({ purpose: 'customer' })
  if (request.usagePoints) windows.push({ purpose: 'usage_points' })
  if (request.usageFrom) windows.push(...usageWindows(request, request.usageFrom))
  return windows
}

function usageWindows(request: WindowRequest, usageFrom: Date): Window[] {
  const { now, timezone, daysPerRequest, segmentLength, reachesTo } = request
  const calendar = localCalendar(timezone)
  const periodAt = (epoch: number) => periodOf(calendar, segmentLength, epoch)
  const end = calendar.dayOf(toSeconds(now)).end
  const reach = reachesTo ? calendar.dayOf(toSeconds(reachesTo)).start : 0
  const windows: Window[] = []
  let from = Math.max(periodAt(toSeconds(usageFrom)).start, reach)
  while (from < end) {
    const furthest = calendar.plusDays(calendar.dayOf(from), daysPerRequest)
    const next = Math.max(periodAt(furthest.start).start, periodAt(from).end)
    const to = Math.min(next, end)
    windows.push({ purpose: 'usage', from: new Date(from * 1000), to: new Date(to * 1000) })
    from = next
  }
  return windows
}

function toSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000)
}
