import type { Decimal } from '../../shared/decimal.ts'
import { chargesOf, linesOf } from './line-item.ts'
import { type Money, sumOf } from './money.ts'
import { type PreviousBalance, toPreviousBalance } from './previous-balance.ts'
import type { UsageSummary } from './usage-summary.ts'

/** What one summary is worth: new charges, and with the unpaid balance of the bill before, what is due. */
export interface BillAmounts {
  /** What it adds to the amount due of its statement, CDS-WG3-01 §10.5.1; undefined where it tells no amount. */
  due: Decimal | undefined
  /** The charges of this period, §10.5.2: never a balance of an earlier one. */
  charged: Decimal | undefined
  /** §10.6.6 `overall_total`, "at the bottom of all of the line items"; with its money where the custodian wrote just that. */
  total: { amount: Decimal; money?: Money } | undefined
  /** §10.5.1: what is left of the bill before. */
  balance: PreviousBalance
}

/**
 * Custodians write billLastPeriod with or without what is unpaid from the bill before: the charges tell which. A line "Amount Due"
 * tells what is due, else it is the bill, else the charges and the unpaid balance.
 */
export function toBillAmounts(summary: UsageSummary): BillAmounts {
  const { bill } = summary
  const named = linesOf(summary.lines, 'amount_due')[0]?.money
  const balance = toPreviousBalance(summary.lines, named?.amount ?? bill?.amount)
  const unpaid = balance.previous_balance_unpaid
  const withUnpaid = (amount: Decimal | undefined): Decimal | undefined =>
    amount && unpaid ? amount.plus(unpaid) : amount
  const charges = itemised(summary)
  const due = named?.amount ?? bill?.amount ?? withUnpaid(charges)
  if (!due) return { due: undefined, charged: undefined, total: undefined, balance }
  if (charges) {
    const isBill = !bill || summary.charges === 'bill'
    const total = isBill ? totalOf(charges, bill) : totalOf(bill.amount, bill)
    return { due, charged: charges, total, balance }
  }
  const isWithoutBalance = named && bill && bill.raw !== 0n && !named.amount.equals(bill.amount)
  const charged = isWithoutBalance ? bill.amount : unpaid ? due.minus(unpaid) : due
  return { due, charged, total: totalOf(charged, bill ?? named), balance }
}

/** The sum of the charges, unless they are but a part of the bill or there are none. */
function itemised({ bill, lines, charges: kind }: UsageSummary): Decimal | undefined {
  const charges = chargesOf(lines)
  if (charges.length === 0 || (kind === 'additional' && bill)) return undefined
  return sumOf(charges.map(({ money }) => money.amount))
}

function totalOf(amount: Decimal, money: Money | undefined): BillAmounts['total'] {
  return money?.amount.equals(amount) ? { amount: money.amount, money } : { amount }
}
