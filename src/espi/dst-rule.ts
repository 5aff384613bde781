/** When a year's clock changes, as DstRuleType (ESPI 4.0 espi.xsd) tells it. */
export type DstRule =
  | { form: 'disabled' }
  | {
      form: 'rule'
      month: number
      /** 0 day of month, 1 weekday on or after it, 2 to 6 first to fifth weekday of the month, 7 the last. */
      operator: number
      dayOfMonth: number
      /** 1 Monday to 7 Sunday; 0 not given. */
      weekday: number
      /** Seconds since local midnight. */
      second: number
      /** Of 16 bits, which have no room for the hour. */
      wholeDay: boolean
    }
  /** Enbridge writes the instant itself, epoch seconds in hex. */
  | { form: 'instant'; epoch: number }
  | { form: 'unreadable' }

const LAST = 7
const ON_OR_AFTER = 1

/** 2001-09-09 and later: below it no rule can be an instant, and no rule with a month of 1 to 12 and a legal day lies above by chance. */
const INSTANTS_FROM = 1_000_000_000

/**
 * DstRuleType: 32 bits, from the top month (4), operator (3), day of month (5), weekday (3), hour (5), second (12). Real feeds also send
 * the upper 16 bits alone, and epoch seconds.
 */
export function parseDstRule(text: string): DstRule {
  const hex = text.trim()
  if (/^f{4}(?:f{4})?$/i.test(hex)) return { form: 'disabled' }
  if (!/^[0-9a-f]{4}(?:[0-9a-f]{4})?$/i.test(hex)) return { form: 'unreadable' }
  const bits = Number.parseInt(hex.padEnd(8, '0'), 16)
  const rule = {
    form: 'rule' as const,
    month: bits >>> 28,
    operator: (bits >>> 25) & 7,
    dayOfMonth: (bits >>> 20) & 31,
    weekday: (bits >>> 17) & 7,
    second: ((bits >>> 12) & 31) * 3600 + (bits & 4095),
    wholeDay: hex.length === 4,
  }
  if (isPossible(rule)) return rule
  return hex.length === 8 && bits >= INSTANTS_FROM ? { form: 'instant', epoch: bits } : { form: 'unreadable' }
}

function isPossible(rule: Extract<DstRule, { form: 'rule' }>): boolean {
  const { month, operator, dayOfMonth, weekday, second } = rule
  const dayTold = operator === 0 ? dayOfMonth > 0 : weekday > 0 && (operator > 1 || dayOfMonth > 0)
  // Operators 2 to 7 count weekdays of the month; a day of the month beside them contradicts.
  const oneDay = operator <= ON_OR_AFTER || dayOfMonth === 0
  return month >= 1 && month <= 12 && dayTold && oneDay && second < 86_400
}

/** The change of a year in local wall clock seconds since 1970 (as if local time were UTC); undefined where the rule gives none. */
export function changeIn(year: number, rule: DstRule): number | undefined {
  if (rule.form !== 'rule') return undefined
  const { month, operator, dayOfMonth, weekday, second } = rule
  const dayNumber = (day: number): number => Date.UTC(year, month - 1, day) / 86_400_000
  if (operator === 0) return dayNumber(dayOfMonth) * 86_400 + second
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const from = operator === ON_OR_AFTER ? dayOfMonth : operator === LAST ? last - 6 : 1 + (operator - 2) * 7
  // 1970-01-01 was a Thursday: ISO weekday 4.
  const weekdayOf = ((dayNumber(from) + 3) % 7) + 1
  const day = from + ((weekday - weekdayOf + 7) % 7)
  return dayNumber(day) * 86_400 + second
}
