import type { LocalCalendar } from '../shared/local-calendar.ts'

/** Epoch seconds as RFC 3339 local time with its offset, `2026-03-08T03:00:00-04:00`. */
export type LocalTimes = (epochSeconds: number) => string

/** No time zone of today changes its offset within a quarter of an hour. */
const QUARTER = 900
const KEPT = 100_000

/** Local times of one zone; offsets are looked up once per quarter of an hour. */
export function localTimes(calendar: Pick<LocalCalendar, 'offsetAt'>): LocalTimes {
  const offsets = new Map<number, number>()
  const offsetAt = (epochSeconds: number): number => {
    const quarter = Math.floor(epochSeconds / QUARTER)
    const known = offsets.get(quarter)
    if (known !== undefined) return known
    if (offsets.size >= KEPT) offsets.clear()
    const offset = calendar.offsetAt(quarter * QUARTER)
    offsets.set(quarter, offset)
    return offset
  }
  return (epochSeconds) => {
    const offset = offsetAt(epochSeconds)
    return `${new Date((epochSeconds + offset) * 1000).toISOString().slice(0, 19)}${offsetText(offset)}`
  }
}

function offsetText(seconds: number): string {
  if (seconds === 0) return '+00:00'
  const minutes = Math.round(Math.abs(seconds) / 60)
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
