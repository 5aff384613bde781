import type { EspiObject } from '../../cds/wire/espi-object.ts'
import type { LocalCalendar } from '../../shared/local-calendar.ts'

const DAY = 86_400

/** CDS-WG1-02 §2 "date": epoch seconds of the moment in which a local date begins. */
export function startOfDate(date: string, calendar: LocalCalendar): number {
  const wall = Date.parse(`${date}T12:00:00Z`) / 1000
  const near = calendar.dayOf(wall)
  const nearWall = Date.UTC(near.year, near.month - 1, near.dayOfMonth) / 1000
  return calendar.plusDays(near, Math.floor(wall / DAY) - nearWall / DAY).start
}

/** From the first local day to the end of the last one, as a DateTimeInterval. */
export function intervalOf(firstDay: string, lastDay: string, calendar: LocalCalendar): EspiObject {
  const start = startOfDate(firstDay, calendar)
  const last = calendar.dayOf(startOfDate(lastDay, calendar))
  return { duration: String(last.end - start), start: String(start) }
}
