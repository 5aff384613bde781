import type { LocalCalendar } from '../../shared/local-calendar.ts'
import { ESPI } from './atom.ts'
import { element, withAttributes, type Xml } from './xml.ts'

const NO_DAYLIGHT_SAVING = 'FFFFFFFF'
const SUNDAY = 7
const HOUR = 3600

interface Change {
  readonly month: number
  readonly dayOfMonth: number
  readonly hour: number
}

/** The calendar's zone as ESPI says it: LocalTimeParameters of one year, `DstRuleType` bit by bit. */
export function localTimeParametersPayload(calendar: LocalCalendar, year: number): Xml {
  const { standard, daylight, starts, ends } = rulesOf(calendar, year)
  return withAttributes(
    element(
      'LocalTimeParameters',
      element('dstEndRule', ends ? toRule(ends) : NO_DAYLIGHT_SAVING),
      element('dstOffset', daylight - standard),
      element('dstStartRule', starts ? toRule(starts) : NO_DAYLIGHT_SAVING),
      element('tzOffset', standard),
    ),
    { xmlns: ESPI },
  )
}

function rulesOf(calendar: LocalCalendar, year: number) {
  const first = Date.UTC(year, 0, 1, 12) / 1000
  const last = Date.UTC(year, 11, 31, 12) / 1000
  let standard = calendar.offsetAt(first)
  let daylight = standard
  let starts: Change | undefined
  let ends: Change | undefined
  for (let at = first; at < last; at += HOUR) {
    const before = calendar.offsetAt(at)
    const after = calendar.offsetAt(at + HOUR)
    if (before === after) continue
    // The rule is in the local time that holds just before the change.
    const change = wallClock(at + HOUR + before)
    if (after > before) starts = change
    else ends = change
    standard = Math.min(before, after)
    daylight = Math.max(before, after)
  }
  return { standard, daylight, starts, ends }
}

function wallClock(localSeconds: number): Change {
  const date = new Date(localSeconds * 1000)
  return { month: date.getUTCMonth() + 1, dayOfMonth: date.getUTCDate(), hour: date.getUTCHours() }
}

/** DstRuleType: month, operator (2 first … 6 fifth, 7 last such weekday), day of month 0, Sunday, hour. */
function toRule({ month, dayOfMonth, hour }: Change): string {
  const operator = dayOfMonth > 24 ? 7 : 1 + Math.ceil(dayOfMonth / 7)
  const bits =
    (BigInt(month) << 28n) | (BigInt(operator) << 25n) | (BigInt(SUNDAY) << 17n) | (BigInt(hour) << 12n)
  return bits.toString(16).toUpperCase().padStart(8, '0')
}
