import { boundedMemo } from './bounded-memo.ts'
import { type YearlyClock, yearlyClock } from './yearly-clock.ts'

/** One local calendar day of a time zone, `start` and `end` in epoch seconds: 23, 24 or 25 hours long. */
export interface LocalDay {
  readonly start: number
  readonly end: number
  readonly year: number
  /** 1 to 12 */
  readonly month: number
  readonly dayOfMonth: number
  /** 0 Sunday to 6 Saturday */
  readonly weekday: number
}

/** One local calendar month of a time zone, `start` and `end` in epoch seconds. */
export interface LocalMonth {
  readonly start: number
  readonly end: number
}

/** The calendar of one time zone; `LocalTimeParameters` describes the same to an ESPI client. */
export interface LocalCalendar {
  readonly zone: string
  /** The local day that holds this instant. */
  dayOf(epochSeconds: number): LocalDay
  /** The local month that holds this instant. */
  monthOf(epochSeconds: number): LocalMonth
  /** The local day `days` days after the one given (before, when negative). */
  plusDays(day: LocalDay, days: number): LocalDay
  /** Seconds that local time is ahead of UTC at this instant. */
  offsetAt(epochSeconds: number): number
  /** When the clock is changed in this year, which begins and ends as in UTC. */
  clockOf(year: number): YearlyClock
}

const DAY = 86_400
/** A name of a zone may be written in many ways; a process works in a few. */
const MOST_ZONES = 100
/** What is remembered of a zone: 50 years take 3 MB. */
const MOST_DAYS = 20_000
const MOST_MONTHS = 600
const MOST_YEARS = 50

/** The calendar of an IANA time zone. What a process has asked of it is remembered: Intl takes longer than all else in a small feed. */
export const localCalendar: (zone: string) => LocalCalendar = boundedMemo(MOST_ZONES, newCalendar)

function newCalendar(zone: string): LocalCalendar {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })

  function askOffset(epochSeconds: number): number {
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(epochSeconds * 1000)) part[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - epochSeconds
  }

  /** The offset at the n-th UTC midnight since 1970. */
  const offsetAtDay = boundedMemo(MOST_DAYS, (dayNumber: number) => askOffset(dayNumber * DAY))

  function offsetAt(epochSeconds: number): number {
    const dayNumber = Math.floor(epochSeconds / DAY)
    const offset = offsetAtDay(dayNumber)
    // No zone changes its clock and changes it back within two days.
    return offset === offsetAtDay(dayNumber + 1) ? offset : askOffset(epochSeconds)
  }

  /** The first moment of the n-th local day since 1970-01-01; where the clock skips midnight, the moment after. */
  function midnight(dayNumber: number): number {
    const wall = dayNumber * DAY
    if (offsetAtDay(dayNumber - 1) === offsetAtDay(dayNumber + 1)) return wall - offsetAtDay(dayNumber + 1)
    const candidates = [wall - DAY, wall + DAY].map((near) => wall - offsetAt(near))
    return Math.min(...candidates.filter((epoch) => epoch + offsetAt(epoch) >= wall))
  }

  const day = boundedMemo(MOST_DAYS, (dayNumber: number): LocalDay => {
    const date = new Date(dayNumber * DAY * 1000)
    return {
      start: midnight(dayNumber),
      end: midnight(dayNumber + 1),
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      dayOfMonth: date.getUTCDate(),
      weekday: date.getUTCDay(),
    }
  })

  function dayOf(epochSeconds: number): LocalDay {
    const offset = offsetAtDay(Math.floor(epochSeconds / DAY))
    let dayNumber = Math.floor((epochSeconds + offset) / DAY)
    while (epochSeconds < day(dayNumber).start) dayNumber--
    while (epochSeconds >= day(dayNumber).end) dayNumber++
    return day(dayNumber)
  }

  /** The n-th local month since January 1970. */
  const month = boundedMemo(MOST_MONTHS, (monthNumber: number): LocalMonth => {
    const firstOf = (number: number): LocalDay => day(Date.UTC(1970, number, 1) / 1000 / DAY)
    return { start: firstOf(monthNumber).start, end: firstOf(monthNumber + 1).start }
  })

  function monthOf(epochSeconds: number): LocalMonth {
    const { year, month: ofYear } = dayOf(epochSeconds)
    return month(12 * (year - 1970) + ofYear - 1)
  }

  return {
    zone,
    offsetAt,
    dayOf,
    monthOf,
    plusDays: ({ year, month: ofYear, dayOfMonth }, count) =>
      day(Date.UTC(year, ofYear - 1, dayOfMonth + count) / 1000 / DAY),
    clockOf: boundedMemo(MOST_YEARS, (year: number) => yearlyClock(offsetAt, year)),
  }
}

/** The local days from the one that holds `from` up to, not with, the one that starts at or after `to`. */
export function* daysBetween(calendar: LocalCalendar, from: number, to: number): Generator<LocalDay> {
  for (let day = calendar.dayOf(from); day.start < to; day = calendar.plusDays(day, 1)) yield day
}

/** The local wall clock hour, 0 to 23: on a day of 23 or 25 hours it is not the number of hours since midnight. */
export function wallHour(calendar: LocalCalendar, day: LocalDay, epochSeconds: number): number {
  const elapsed = epochSeconds - day.start
  if (day.end - day.start === DAY) return Math.floor(elapsed / 3600)
  const shift = calendar.offsetAt(epochSeconds) - calendar.offsetAt(day.start)
  return Math.floor((elapsed + shift) / 3600)
}

/** Whether a name is an IANA zone, with the clock changes of a place: no fixed offset, no abbreviation but UTC. */
export function isTimezone(name: string): boolean {
  try {
    return (
      (name === 'UTC' || name.includes('/')) &&
      new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
    )
  } catch {
    return false
  }
}
