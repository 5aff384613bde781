import type { MoneyRule } from '../../cds/wire/bill-extensions.ts'
import { Decimal } from '../../shared/decimal.ts'
import { type Charge, chargesOf, type Line, linesOf } from './line-item.ts'
import { sumOf, XSD_EXPONENT } from './money.ts'
import { toPreviousBalance } from './previous-balance.ts'

/** The totals of a summary, as integers. */
export interface RawTotals {
  total: bigint | undefined
  additional: bigint | undefined
}

/** In which power of ten a summary's totals are, and what its lines say to it. */
export interface BillScale {
  exponent: number
  rule: MoneyRule
  /**
   * `bill`: the charges add up to the bill; `additional`: to costAdditionalLastPeriod, so that they are a part of it;
   * `differs`: to neither, though the scale is sure; `doubtful`: to neither, and nothing else tells the scale; `nothing`: there
   * is nothing to compare.
   */
  charges: 'bill' | 'additional' | 'differs' | 'doubtful' | 'nothing'
}

/** Powers of ten that custodians are known to write totals in, the XSD's first. */
const SCALES = [XSD_EXPONENT, -3, -2]

/** Finds the power of ten of a summary's totals, which nothing in the summary says: the one that its own lines bear out. */
export function toBillScale(
  totals: RawTotals,
  lines: readonly Line[],
  utilityExponent: number | undefined,
): BillScale {
  const charges = chargesOf(lines)
  const comparable = charges.length > 0 && (totals.total ?? totals.additional) !== undefined
  const compared = (exponent: number): BillScale['charges'] =>
    comparable ? compare(totals, lines, charges, exponent) : 'nothing'

  if (utilityExponent !== undefined) {
    return { exponent: utilityExponent, rule: 'utility', charges: compared(utilityExponent) }
  }
  const named = linesOf(lines, 'amount_due').find(
    ({ money }) => money?.rule === 'line_measurement' && money.raw === totals.total,
  )
  if (named?.money) {
    const { exponent } = named.money
    return { exponent, rule: 'amount_due_line', charges: compared(exponent) }
  }
  if (!comparable) return { exponent: XSD_EXPONENT, rule: 'xsd', charges: 'nothing' }
  const fitting = SCALES.find((exponent) => compared(exponent) !== 'differs')
  if (fitting !== undefined) {
    const rule = fitting === XSD_EXPONENT ? 'xsd' : 'reconciled'
    return { exponent: fitting, rule, charges: compared(fitting) }
  }
  return unproven(charges)
}

function compare(
  { total, additional }: RawTotals,
  lines: readonly Line[],
  charges: readonly Charge[],
  exponent: number,
): 'bill' | 'additional' | 'differs' {
  const sum = sumOf(charges.map(({ money }) => money.amount))
  if (total !== undefined) {
    const bill = new Decimal(total, exponent)
    const { previous_balance_unpaid: unpaid } = toPreviousBalance(lines, bill)
    if (sum.equals(bill) || (unpaid && sum.plus(unpaid).equals(bill))) return 'bill'
  }
  const rest = additional === undefined ? undefined : new Decimal(additional, exponent)
  return rest && rest.coefficient !== 0n && sum.equals(rest) ? 'additional' : 'differs'
}

/** A custodian that scales all its charges alike most likely writes its totals so too. */
function unproven(charges: readonly Charge[]): BillScale {
  const [first] = charges
  const alike =
    first?.money.rule === 'line_measurement' &&
    charges.every(({ money }) => money.rule === 'line_measurement' && money.exponent === first.money.exponent)
  return alike
    ? { exponent: first.money.exponent, rule: 'as_line_items', charges: 'doubtful' }
    : { exponent: XSD_EXPONENT, rule: 'xsd', charges: 'doubtful' }
}
