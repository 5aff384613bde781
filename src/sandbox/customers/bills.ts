import assert from 'node:assert/strict'
import type { LocalCalendar } from '../../shared/local-calendar.ts'
import { monthsOf, peakOf, totalOf } from './blocks.ts'
import type { Agreement, Channel, UsagePoint, Window } from './model.ts'

/** One month as the utility billed it: becomes a UsageSummary. Money in 10⁻⁵ of the currency. */
export interface Bill {
  readonly period: Window
  /** The exact sum of the period's readings, in the consumption channel's `uom` and power of ten. */
  readonly consumption: bigint
  /** Greatest demand of the period, in the demand channel's `uom` and power of ten. */
  readonly peakDemand?: bigint
  readonly lines: readonly BillLine[]
  readonly total: bigint
  readonly issuedAt: number
}

/** A LineItem; `kind` is ESPI's `itemKind`. */
export interface BillLine {
  readonly note: string
  readonly kind: 3 | 4 | 5
  readonly amount: bigint
  readonly unitCost?: bigint
}

const TAX_PER_THOUSAND = 40n
const HOURS_TO_ISSUE = 30
const WATT = 38

/** The calendar months of a window that are billed: whole ones whose bill is out, oldest first. */
export function* billedMonths(window: Window, calendar: LocalCalendar): Generator<Window> {
  for (const days of monthsOf(window, calendar)) {
    const [first] = days
    const last = days.at(-1)
    if (!first || !last || first.dayOfMonth !== 1) continue
    if (calendar.plusDays(last, 1).month === first.month) continue
    if (issuedAt(last.end) < window.to) yield { from: first.start, to: last.end }
  }
}

/** When the bill of a period that ends then is issued. */
export function issuedAt(periodEnd: number): number {
  return periodEnd + HOURS_TO_ISSUE * 3600
}

/** What an agreement's customer pays for a period of whole local days. */
export function toBill(agreement: Agreement, period: Window, calendar: LocalCalendar): Bill {
  const { ratePlan, usagePoint } = agreement
  const channel = consumptionChannel(agreement)
  const demand = demandChannel(usagePoint)
  const consumption = totalOf(channel, period, calendar)
  const usage = usageCharge(consumption, channel.readingType.powerOfTenMultiplier, agreement)
  const tax = ((usage + ratePlan.monthlyCharge) * TAX_PER_THOUSAND) / 1000n
  return {
    period,
    consumption,
    ...(demand && { peakDemand: peakOf(demand, period, calendar) }),
    lines: [
      { note: 'Usage charge', kind: 3, amount: usage, unitCost: ratePlan.unitCost },
      { note: 'Monthly customer charge', kind: 4, amount: ratePlan.monthlyCharge },
      { note: 'Local tax', kind: 5, amount: tax },
    ],
    total: usage + ratePlan.monthlyCharge + tax,
    issuedAt: issuedAt(period.to),
  }
}

/** The channel in watts, where a meter has one. */
export function demandChannel({ channels }: UsagePoint): Channel | undefined {
  return channels.find(({ readingType }) => readingType.uom === WATT)
}

/** What is billed: the first channel, which counts what is delivered to the customer. */
export function consumptionChannel({ usagePoint }: Agreement): Channel {
  const [channel] = usagePoint.channels
  assert(channel, 'a billed usage point has a channel')
  return channel
}

/** consumption × 10^power ÷ 10^unitExponent × unitCost, rounded down to 10⁻⁵ of the currency. */
function usageCharge(consumption: bigint, powerOfTen: number, { ratePlan }: Agreement): bigint {
  const exponent = powerOfTen - ratePlan.unitExponent
  const product = consumption * ratePlan.unitCost
  return exponent < 0 ? product / 10n ** BigInt(-exponent) : product * 10n ** BigInt(exponent)
}
