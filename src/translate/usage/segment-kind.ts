import type { Measurement } from './measurement.ts'

/** What a segment holds, which is part of its identity: values of intervals, states of registers, or one summary of a stretch of time. */
export type SegmentKind = 'interval' | 'register' | 'summary'

/** What the segment of a measurement holds. */
export function kindOf({ register, type }: Measurement): SegmentKind {
  if (register) return 'register'
  return type === 'espi_power_quality' ? 'summary' : 'interval'
}
