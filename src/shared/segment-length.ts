import type { LocalCalendar } from './local-calendar.ts'

/** What one usage segment covers: a day or a month of the utility's local calendar. */
export const SEGMENT_LENGTHS = ['day', 'month'] as const

export type SegmentLength = (typeof SEGMENT_LENGTHS)[number]

/** The local days of the longest month. */
export const DAYS_OF_A_MONTH = 31

/** The local day or month that holds this instant, `start` and `end` in epoch seconds. */
export function periodOf(
  calendar: Pick<LocalCalendar, 'dayOf' | 'monthOf'>,
  length: SegmentLength,
  epochSeconds: number,
): { readonly start: number; readonly end: number } {
  return length === 'day' ? calendar.dayOf(epochSeconds) : calendar.monthOf(epochSeconds)
}
