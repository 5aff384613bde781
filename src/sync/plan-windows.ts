import { localCalendar } from '../shared/local-calendar.ts'
import type { Window } from './stores.ts'

export interface WindowRequest {
  /** The customer's resources are part of what the utility granted. */
  customer: boolean
  /** The customer's usage points, without readings. */
  usagePoints: boolean
  /** Readings to fetch, from the beginning of this moment's local day; undefined: no readings are granted. */
  usageFrom: Date | undefined
  now: Date
  timezone: string
  /** The longest stretch of readings one request may ask for. */
  daysPerRequest: number
}

/**
 * What to ask a utility for, in order: who and where first, then readings, oldest first, so that a later feed finds what an earlier
 * one said of its meters. Windows begin and end at local midnight: a usage segment is a local day, and no day is fetched in halves.
 */
export function planWindows(request: WindowRequest): Window[] {
  const windows: Window[] = []
  if (request.customer) windows.push({ purpose: 'customer' })
  if (request.usagePoints) windows.push({ purpose: 'usage_points' })
  if (request.usageFrom) windows.push(...usageWindows(request, request.usageFrom))
  return windows
}

function usageWindows({ now, timezone, daysPerRequest }: WindowRequest, usageFrom: Date): Window[] {
  const calendar = localCalendar(timezone)
  const end = calendar.plusDays(calendar.dayOf(Math.floor(now.getTime() / 1000)), 1)
  const windows: Window[] = []
  let day = calendar.dayOf(Math.floor(usageFrom.getTime() / 1000))
  while (day.start < end.start) {
    const next = calendar.plusDays(day, daysPerRequest)
    const to = Math.min(next.start, end.start)
    windows.push({ purpose: 'usage', from: new Date(day.start * 1000), to: new Date(to * 1000) })
    day = next
  }
  return windows
}
