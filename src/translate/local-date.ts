import type { LocalCalendar } from '../shared/local-calendar.ts'
import type { Span } from './span.ts'

const DAY = 86_400

/** First and last day of something, in the notation of CDS-WG1-02 §2 "date", which sorts as text. */
export interface Dates {
  start_date: string
  end_date: string
}

/** The days of a billing or contract period. */
export function toDates({ start, end }: Span, calendar: LocalCalendar): Dates {
  return { start_date: toDate(start, calendar), end_date: toLastDate(start, end, calendar) }
}

/** The local days that a stretch of readings touches. */
export function localDatesOf({ start, end }: Span, calendar: LocalCalendar): Dates {
  return { start_date: localDate(start, calendar), end_date: localDate(Math.max(start, end - 1), calendar) }
}

/** The day after a day. */
export function dayAfter(date: string): string {
  return utcDate(Date.parse(`${date}T00:00:00Z`) / 1000 + DAY)
}

/** Whether two periods share a day. */
export function shareDay(a: Dates, b: Dates): boolean {
  return a.start_date <= b.end_date && b.start_date <= a.end_date
}

/**
 * CDS-WG1-02 §2 "date" of an instant: the local day that holds it. Spec silent: at midnight UTC exactly, it is that day in UTC: some
 * custodians write dates so, and would come out a day early west of Greenwich.
 */
export function toDate(epoch: number, calendar: LocalCalendar): string {
  return epoch % DAY === 0 ? utcDate(epoch) : localDate(epoch, calendar)
}

/** The last day before an end that is not itself part of the period; never before the period's start. */
export function toLastDate(start: number, end: number, calendar: LocalCalendar): string {
  if (end <= start) return toDate(start, calendar)
  return end % DAY === 0 ? utcDate(end - 1) : localDate(end - 1, calendar)
}

function localDate(epoch: number, calendar: LocalCalendar): string {
  const { year, month, dayOfMonth } = calendar.dayOf(epoch)
  return new Date(Date.UTC(year, month - 1, dayOfMonth)).toISOString().slice(0, 10)
}

function utcDate(epoch: number): string {
  return new Date(epoch * 1000).toISOString().slice(0, 10)
}
