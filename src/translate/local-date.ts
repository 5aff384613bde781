import type { LocalCalendar } from '../shared/local-calendar.ts'

const DAY = 86_400

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
