import type { DayOfStream } from './meter-stream.ts'

/** A local day as `2026-03-08`. */
export function dateOf({ year, month, dayOfMonth }: DayOfStream['day']): string {
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${year}-${two(month)}-${two(dayOfMonth)}`
}
