import type { LocalCalendar } from '../shared/local-calendar.ts'

/** Epoch seconds as RFC 3339 local time with its offset, `2026-03-08T03:00:00-04:00`. */
export type LocalTimes = (epochSeconds: number) => string

/** Local times of one zone. */
export function localTimes({ offsetAt }: Pick<LocalCalendar, 'offsetAt'>): LocalTimes {
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
