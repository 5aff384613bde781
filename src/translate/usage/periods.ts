import type { LocalCalendar } from '../../shared/local-calendar.ts'
import type { SegmentLength } from '../../shared/segment-length.ts'
import type { Placement } from '../customer/placement.ts'
import type { Span } from '../span.ts'

/** How the readings of one usage point are cut into segments. */
export interface Periods {
  length: SegmentLength
  /** The local day, or the month as far as the usage point's places stay the same in it. */
  at(epoch: number): Span
  dayOf(epoch: number): Span
}

/**
 * The local days or months of a usage point. A segment belongs to the contract that covers its start: for a day nobody needs
 * more, but a month in which the customer moves or changes the contract is cut there, so that nobody is shown another's usage.
 */
export function periodsOf(
  length: SegmentLength,
  calendar: LocalCalendar,
  placements: readonly Placement[],
): Periods {
  const { dayOf } = calendar
  if (length === 'day') return { length, at: dayOf, dayOf }
  const changes = placements.flatMap(({ from, to }) => [from, to]).filter((change) => change !== undefined)
  return { length, at: (epoch) => cutAtChanges(calendar.monthOf(epoch), epoch, changes), dayOf }
}

function cutAtChanges(month: Span, epoch: number, changes: readonly number[]): Span {
  if (changes.length === 0) return month
  return {
    start: Math.max(month.start, ...changes.filter((change) => change <= epoch)),
    end: Math.min(month.end, ...changes.filter((change) => change > epoch)),
  }
}
