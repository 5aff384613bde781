import { date } from '../../cds/wire/primitives.ts'
import { type LocalCalendar, localCalendar } from '../../shared/local-calendar.ts'

/** A duration of RFC 3339 Appendix A: whole numbers only. */
export interface Duration {
  years: number
  months: number
  days: number
  seconds: number
}

const DAY_MS = 86_400_000

const DURATION =
  /^P(?=\d|T\d)(?:(\d{1,6})W|(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?)$/

/** Text such as `P1Y` or `P30DT2H` becomes a duration; undefined when it is none, or spans more than about 1000 years. */
export function parseDuration(text: string): Duration | undefined {
  const match = DURATION.exec(text)
  if (!match) return undefined
  const [weeks, years, months, days, hours, minutes, seconds] = match
    .slice(1)
    .map((part) => Number(part ?? 0))
  const duration = {
    years: years ?? 0,
    months: months ?? 0,
    days: (days ?? 0) + 7 * (weeks ?? 0),
    seconds: (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0),
  }
  const yearsAtMost =
    duration.years + duration.months / 12 + duration.days / 365 + duration.seconds / 31_536_000
  return yearsAtMost > 1000 ? undefined : duration
}

/**
 * The moment `duration` after (or, with -1, before) `now`. Years, months and days are those of the calendar in `timezone`
 * (`cds_timezone`, CDS-WG1-02 §3.9 #auth-details-field-formats); a day that the month lacks becomes its last day.
 */
export function addDuration(now: Date, duration: Duration, direction: 1 | -1, timezone: string): Date {
  const calendar = localCalendar(timezone)
  const wall = toWall(now, calendar)
  const month = wall.getUTCMonth() + direction * (duration.years * 12 + duration.months)
  const lastDay = new Date(Date.UTC(wall.getUTCFullYear(), month + 1, 0)).getUTCDate()
  const moved = new Date(wall)
  moved.setUTCFullYear(wall.getUTCFullYear(), month, Math.min(wall.getUTCDate(), lastDay))
  moved.setUTCDate(moved.getUTCDate() + direction * duration.days)
  return new Date(fromWall(moved, calendar).getTime() + direction * duration.seconds * 1000)
}

/**
 * A date, or one relative to today, becomes the date; undefined when it is neither. CDS-WG1-02 §2 "relative date": no hours, minutes or
 * seconds.
 */
export function toLocalDate(
  text: string,
  direction: 1 | -1,
  { now, timezone }: { now: Date; timezone: string },
): string | undefined {
  if (date.safeParse(text).success) return text
  const duration = text.includes('T') ? undefined : parseDuration(text)
  if (!duration) return undefined
  const moment = addDuration(now, duration, direction, timezone)
  return toWall(moment, localCalendar(timezone)).toISOString().slice(0, 10)
}

/** What a clock on the wall shows, as if it were UTC. */
function toWall(moment: Date, { offsetAt }: LocalCalendar): Date {
  return new Date(moment.getTime() + offsetAt(Math.floor(moment.getTime() / 1000)) * 1000)
}

/**
 * The moment at which the clock shows this. Where the clock shows it twice, the first; where the spring change skips it, the clock goes on as
 * if nothing had changed: an hour later.
 */
function fromWall(wall: Date, calendar: LocalCalendar): Date {
  const withOffsetOf = (near: Date) =>
    new Date(wall.getTime() - (toWall(near, calendar).getTime() - near.getTime()))
  const before = withOffsetOf(new Date(wall.getTime() - DAY_MS))
  const after = withOffsetOf(new Date(wall.getTime() + DAY_MS))
  const shows = (moment: Date) => toWall(moment, calendar).getTime() === wall.getTime()
  return !shows(before) && shows(after) ? after : before
}
