import type { BillStatement } from '../../cds/wire/bill-statement.ts'
import type { Decimal } from '../../shared/decimal.ts'
import { type Line, linesOf } from './line-item.ts'
import type { InformationRole } from './line-role.ts'
import { sumOf } from './money.ts'

/**
 * What the lines of a bill say of the one before, CDS-WG3-01 §10.5.1 #bill-statement-format. A payment lowers the balance, whichever
 * sign it was written with.
 */
export function toPreviousBalance(
  lines: readonly Line[],
): Pick<BillStatement, 'previous_balance_amount' | 'previous_balance_paid' | 'previous_balance_unpaid'> {
  const amount = amountIn(lines, 'previous_balance')
  const payments = amountIn(lines, 'payment')
  const paid = payments && payments.coefficient < 0n ? payments.negate() : payments
  const unpaid = amountIn(lines, 'unpaid_balance') ?? (amount && paid ? amount.minus(paid) : undefined)
  return {
    ...(amount && { previous_balance_amount: amount }),
    ...(paid && { previous_balance_paid: paid }),
    ...(unpaid && { previous_balance_unpaid: unpaid }),
  }
}

function amountIn(lines: readonly Line[], role: InformationRole): Decimal | undefined {
  const amounts = linesOf(lines, role).flatMap(({ money }) => money?.amount ?? [])
  return amounts.length > 0 ? sumOf(amounts) : undefined
}
