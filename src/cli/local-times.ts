import type { LocalCalendar } from '../shared/local-calendar.ts'

/** Epoch seconds as RFC 3339 local time with its offset, `2026-03-08T03:00:00-04:00`. */
export type LocalTimes = (epochSeconds: number) => string

const DAY = 86_400

/** Local times of one zone. */
export function localTimes(calendar: Pick<LocalCalendar, 'offsetAt'>): LocalTimes {
  const offsetAt = rememberedOffsets(calendar)
  return (epochSeconds) => {
    const offset = offsetAt(epochSeconds)
    return `${new Date((epochSeconds + offset) * 1000).toISOString().slice(0, 19)}${offsetText(offset)}`
  }
}

/** Looked up twice a day of UTC, and each time only on the few days when the clocks change. */
function rememberedOffsets(calendar: Pick<LocalCalendar, 'offsetAt'>): (epochSeconds: number) => number {
  const ofDays = new Map<number, number | undefined>()
  const ofDay = (day: number): number | undefined => {
    const [first, next] = [calendar.offsetAt(day * DAY), calendar.offsetAt((day + 1) * DAY)]
    const offset = first === next ? first : undefined
    ofDays.set(day, offset)
    return offset
  }
  return (epochSeconds) => {
    const day = Math.floor(epochSeconds / DAY)
    const offset = ofDays.has(day) ? ofDays.get(day) : ofDay(day)
    return offset ?? calendar.offsetAt(epochSeconds)
  }
}

function offsetText(seconds: number): string {
  if (seconds === 0) return '+00:00'
  const minutes = Math.round(Math.abs(seconds) / 60)
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
