import { changeIn, type DstRule, parseDstRule } from '../espi/dst-rule.ts'
import { findInteger, findText } from '../espi/elements.ts'
import type { Item } from '../espi/link/kin.ts'
import type { Element } from '../espi/model.ts'
import type { LocalCalendar } from '../shared/local-calendar.ts'
import type { YearlyClock } from '../shared/yearly-clock.ts'
import type { Refusals } from './refusals.ts'

/**
 * Times of data are UTC, and the utility's IANA zone says where a local day begins. LocalTimeParameters are a second opinion: the first of
 * a feed that describes another clock than the zone, in the year of the feed, is reported. A sign turned over and a rule that cannot
 * be read are reported too: only an operator can tell a custodian's slip from a wrong zone.
 */
export function checkLocalTime(
  localTimes: readonly Item[],
  { calendar, year, refusals }: { calendar: LocalCalendar; year: number; refusals: Refusals },
): void {
  for (const { element, entry } of localTimes) {
    const field = differenceOf(element, calendar, year)
    if (field === undefined) continue
    refusals.add('local_time_disagrees', entry, `LocalTimeParameters.${field.name}`, field.value)
    return
  }
}

interface Difference {
  name: string
  value: string
}

function differenceOf(time: Element, calendar: LocalCalendar, year: number): Difference | undefined {
  const clock = calendar.clockOf(year)
  const tzOffset = findInteger(time, 'tzOffset')
  if (tzOffset !== undefined && tzOffset !== clock.standard)
    return { name: 'tzOffset', value: String(tzOffset) }
  const dstOffset = findInteger(time, 'dstOffset')
  const observed = (dstOffset ?? clock.ahead) !== 0 && !isDisabled(time)
  if (observed !== (clock.ahead !== 0) || (observed && (dstOffset ?? clock.ahead) !== clock.ahead)) {
    return { name: 'dstOffset', value: String(dstOffset ?? '') }
  }
  if (!observed) return undefined
  return (
    ruleDifference(time, 'dstStartRule', { calendar, year }) ??
    ruleDifference(time, 'dstEndRule', { calendar, year })
  )
}

function isDisabled(time: Element): boolean {
  return parseDstRule(findText(time, 'dstStartRule') ?? '').form === 'disabled'
}

function ruleDifference(
  time: Element,
  name: 'dstStartRule' | 'dstEndRule',
  { calendar, year }: { calendar: LocalCalendar; year: number },
): Difference | undefined {
  const text = findText(time, name)
  if (text === undefined) return undefined
  const rule = parseDstRule(text)
  // An instant is of the year in which the custodian wrote it.
  const clock = calendar.clockOf(
    rule.form === 'instant' ? new Date(rule.epoch * 1000).getUTCFullYear() : year,
  )
  return agrees(rule, name === 'dstStartRule', clock) ? undefined : { name, value: text }
}

const DAY = 86_400
const MINUTE = 60

/**
 * Real rules have a few seconds too many (B40E2003); one of 16 bits tells the day only; an instant may be reckoned with either
 * offset (Enbridge: 07:00 UTC in spring and in autumn).
 */
function agrees(rule: DstRule, begins: boolean, clock: YearlyClock): boolean {
  const change = begins ? clock.begins : clock.ends
  const epoch = rule.form === 'instant' ? rule.epoch : epochOf(rule, begins, clock)
  if (change === undefined || epoch === undefined) return false
  return Math.abs(change - epoch) < toleranceOf(rule, clock)
}

function toleranceOf(rule: DstRule, { ahead }: YearlyClock): number {
  if (rule.form === 'instant') return ahead + MINUTE
  return rule.form === 'rule' && rule.wholeDay ? DAY : MINUTE
}

function epochOf(rule: DstRule, begins: boolean, { year, standard, ahead }: YearlyClock): number | undefined {
  const wall = changeIn(year, rule)
  return wall === undefined ? undefined : wall - standard - (begins ? 0 : ahead)
}
