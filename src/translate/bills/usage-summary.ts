import { currencies } from '../../espi/codes.ts'
import { findInteger, findText } from '../../espi/elements.ts'
import type { Item } from '../../espi/link/kin.ts'
import type { UsagePoint } from '../../espi/resolved.ts'
import { type Refusals, untranslatable } from '../refusals.ts'
import { serviceKindOf } from '../service-kind.ts'
import { integerAt, type Period, periodAt, periodText, type Refuse } from '../summary-values.ts'
import { commodityOfCode, commodityOfService } from '../usage/measurement.ts'
import { type BillScale, type RawTotals, toBillScale } from './bill-scale.ts'
import { chargesOf, type Line, type LineRules, toLines } from './line-item.ts'
import { type Money, sumOf, toMoney } from './money.ts'

type Commodity = NonNullable<ReturnType<typeof commodityOfCode>>

/** An ESPI UsageSummary or ElectricPowerUsageSummary with its money understood. */
export interface UsageSummary {
  item: Item
  period: Period
  currency: string
  commodity: Commodity | undefined
  lines: Line[]
  /** billLastPeriod; undefined where it is missing, or 0 beside charges. */
  bill: Money | undefined
  /** billLastPeriod as written. */
  written: bigint | undefined
  additional: Money | undefined
  toDate: Money | undefined
  charges: BillScale['charges']
  refuse: Refuse
}

/** What the summary of a usage point cannot say by itself. */
export interface SummaryContext {
  point: UsagePoint
  currency?: string | undefined
  rules: LineRules
  refusals: Refusals
}

/** Reads one summary; throws UntranslatableError where it can be no bill at all. */
export function toUsageSummary(item: Item, context: SummaryContext): UsageSummary {
  const { element, entry } = item
  const refuse: Refuse = (code, field, value) => context.refusals.add(code, entry, field, value)
  const period = periodAt(element, 'billingPeriod', refuse)
  if (!period) throw untranslatable('bill_period_missing', `${element.name}.billingPeriod`)
  const currency = currencyOf(item, context)
  if (currency === undefined) {
    throw untranslatable('currency_unknown', `${element.name}.currency`, findText(element, 'currency'))
  }
  const lines = toLines(element, context.rules, refuse)
  const totals = toTotals(item, { lines, period, refuse })
  const scale = toBillScale(totals, lines, context.rules.moneyExponent)
  const money = (raw: bigint | undefined): Money | undefined =>
    raw === undefined ? undefined : toMoney(raw, scale.exponent, scale.rule)
  const summary = {
    item,
    period,
    currency,
    commodity: commodityOf(item, context.point),
    lines,
    written: integerAt(element, 'billLastPeriod', () => {}),
    bill: money(totals.total),
    additional: money(totals.additional),
    toDate: money(integerAt(element, 'billToDate', refuse)),
    charges: scale.charges,
    refuse,
  }
  reportDoubts(summary, refuse)
  return summary
}

/** Real custodians write charges without a bill, or a bill of 0, for "not told here". */
function toTotals(
  { element }: Item,
  { lines, period, refuse }: { lines: readonly Line[]; period: Period; refuse: Refuse },
): RawTotals {
  const total = integerAt(element, 'billLastPeriod', refuse)
  const additional = integerAt(element, 'costAdditionalLastPeriod', refuse)
  const charged = sumOf(chargesOf(lines).map(({ money }) => money.amount))
  if (total || charged.coefficient === 0n) return { total, additional }
  refuse('bill_total_missing', `${element.name}.billLastPeriod`, periodText(period))
  return { total: undefined, additional }
}

function reportDoubts({ item, charges, bill, lines, period }: UsageSummary, refuse: Refuse): void {
  if (charges !== 'doubtful' && charges !== 'differs') return
  const sum = sumOf(chargesOf(lines).map(({ money }) => money.amount))
  const value = `${periodText(period)}: charges ${sum}, bill ${bill?.amount}`
  const code = charges === 'doubtful' ? 'money_scale_doubtful' : 'bill_sum_differs'
  refuse(code, `${item.element.name}.billLastPeriod`, value)
}

/** The summary's own currency, else that of all readings of its usage point, else the configured one. */
function currencyOf({ element }: Item, { point, currency }: SummaryContext): string | undefined {
  const given = findInteger(element, 'currency')
  // A code that nobody knows is not the currency of the readings, nor the usual one.
  if (given) return currencies.get(given)
  const codes = new Set(
    point.meterReadings.flatMap(({ readingType }) => findInteger(readingType?.element, 'currency') || []),
  )
  const [code] = codes
  return (codes.size === 1 && code !== undefined ? currencies.get(code) : undefined) ?? currency
}

function commodityOf({ element }: Item, point: UsagePoint): Commodity | undefined {
  return commodityOfCode(findInteger(element, 'commodity')) ?? commodityOfService(serviceKindOf(point))
}

/** A text of the summary, e.g. its tariffProfile. */
export function textOf({ item }: UsageSummary, ...path: string[]): string | undefined {
  return findText(item.element, ...path)
}
