import type { LocalCalendar } from '../../shared/local-calendar.ts'
import type { SegmentLength } from '../../shared/segment-length.ts'
import { isOfSeveral, type Placement } from '../customer/placement.ts'
import type { Span } from '../span.ts'

/** How the readings of one usage point are cut into segments. */
export interface Periods {
  length: SegmentLength
  /** The local day or month, as far as the usage point's places stay the same in it. */
  at(epoch: number): Span
  /** The clock's hour, as far as they do. */
  hourOf(epoch: number): Span
  dayOf(epoch: number): Span
}

/**
 * The local days or months of a usage point. A segment belongs to the contract that covers its start: a month in which the
 * contract changes is cut there, and a day or an hour in which another customer moves in, so that nobody is shown another's usage.
 */
export function periodsOf(
  length: SegmentLength,
  calendar: LocalCalendar,
  placements: readonly Placement[],
): Periods {
  const { dayOf } = calendar
  if (length === 'day' && !isOfSeveral(placements)) return { length, at: dayOf, hourOf: hourAt, dayOf }
  const changes = placements.flatMap(({ from, to }) => [from, to]).filter((change) => change !== undefined)
  const cut =
    (wholeAt: (epoch: number) => Span) =>
    (epoch: number): Span =>
      cutAtChanges(wholeAt(epoch), epoch, changes)
  return { length, at: cut(length === 'day' ? dayOf : calendar.monthOf), hourOf: cut(hourAt), dayOf }
}

const HOUR = 3600

function hourAt(epoch: number): Span {
  const start = epoch - (epoch % HOUR)
  return { start, end: start + HOUR }
}

function cutAtChanges(whole: Span, epoch: number, changes: readonly number[]): Span {
  if (changes.length === 0) return whole
  return {
    start: Math.max(whole.start, ...changes.filter((change) => change <= epoch)),
    end: Math.min(whole.end, ...changes.filter((change) => change > epoch)),
  }
}
