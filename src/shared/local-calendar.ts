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
}

/** The calendar of an IANA time zone. */
export function localCalendar(zone: string): LocalCalendar {
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
  const days = new Map<number, LocalDay>()
  const months = new Map<number, LocalMonth>()
  const offsets = new Map<number, number>()

  function offsetAt(epochSeconds: number): number {
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(epochSeconds * 1000)) part[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - epochSeconds
  }

  /** The offset at the n-th UTC midnight since 1970: asked once, for it takes longer than all else here. */
  function offsetAtDay(dayNumber: number): number {
    const known = offsets.get(dayNumber)
    if (known !== undefined) return known
    const offset = offsetAt(dayNumber * 86_400)
    offsets.set(dayNumber, offset)
    return offset
  }

  /** The first moment of the n-th local day since 1970-01-01; where the clock skips midnight, the moment after. */
  function midnight(dayNumber: number): number {
    const wall = dayNumber * 86_400
    // No zone changes its clock and changes it back within two days.
    if (offsetAtDay(dayNumber - 1) === offsetAtDay(dayNumber + 1)) return wall - offsetAtDay(dayNumber + 1)
    const candidates = [wall - 86_400, wall + 86_400].map((near) => wall - offsetAt(near))
    return Math.min(...candidates.filter((epoch) => epoch + offsetAt(epoch) >= wall))
  }

  function day(dayNumber: number): LocalDay {
    const known = days.get(dayNumber)
    if (known) return known
    const date = new Date(dayNumber * 86_400_000)
    const made: LocalDay = {
      start: midnight(dayNumber),
      end: midnight(dayNumber + 1),
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      dayOfMonth: date.getUTCDate(),
      weekday: date.getUTCDay(),
    }
    days.set(dayNumber, made)
    return made
  }

  function dayOf(epochSeconds: number): LocalDay {
    const offset = offsetAtDay(Math.floor(epochSeconds / 86_400))
    let dayNumber = Math.floor((epochSeconds + offset) / 86_400)
    while (epochSeconds < day(dayNumber).start) dayNumber--
    while (epochSeconds >= day(dayNumber).end) dayNumber++
    return day(dayNumber)
  }

  function monthOf(epochSeconds: number): LocalMonth {
    const { year, month } = dayOf(epochSeconds)
    const monthNumber = 12 * year + month
    const known = months.get(monthNumber)
    if (known) return known
    const firstOf = (ofYear: number): LocalDay => day(Date.UTC(year, ofYear - 1, 1) / 86_400_000)
    const made: LocalMonth = { start: firstOf(month).start, end: firstOf(month + 1).start }
    months.set(monthNumber, made)
    return made
  }

  return {
    zone,
    offsetAt,
    dayOf,
    monthOf,
    plusDays: ({ year, month, dayOfMonth }, count) =>
      day(Date.UTC(year, month - 1, dayOfMonth + count) / 86_400_000),
  }
}

/** The local days from the one that holds `from` up to, not with, the one that starts at or after `to`. */
export function* daysBetween(calendar: LocalCalendar, from: number, to: number): Generator<LocalDay> {
  for (let day = calendar.dayOf(from); day.start < to; day = calendar.plusDays(day, 1)) yield day
}

/** The local wall clock hour, 0 to 23: on a day of 23 or 25 hours it is not the number of hours since midnight. */
export function wallHour(calendar: LocalCalendar, day: LocalDay, epochSeconds: number): number {
  const elapsed = epochSeconds - day.start
  if (day.end - day.start === 86_400) return Math.floor(elapsed / 3600)
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
