import type { UsageSegment, ValueFormat } from '../cds/wire/usage-segment.ts'
import type { Decimal } from '../shared/decimal.ts'

/** One value of a usage segment with its time, epoch seconds. A register's value is a text. */
export interface IntervalValue {
  format: ValueFormat
  start: number
  end: number
  value: Decimal | string
}

/** All values of a segment in the order of time, those that are missing left out (CDS-WG3-01 §10.8.3 #usage-segment-value-set-format). */
export function* valuesOf(
  segment: Pick<UsageSegment, 'segment_start' | 'interval' | 'formats' | 'values'>,
): Generator<IntervalValue> {
  const first = Date.parse(segment.segment_start) / 1000
  const interval = Number(segment.interval.toString())
  for (const [place, set] of segment.values.entries()) {
    const start = first + place * interval
    for (const [index, object] of set.entries()) {
      const format = segment.formats[index]
      const value = object === null ? undefined : Object.values(object)[0]
      if (format && value !== undefined) yield { format, start, end: start + interval, value }
    }
  }
}
