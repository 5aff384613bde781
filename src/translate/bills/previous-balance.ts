import type { BillStatement } from '../../cds/wire/bill-statement.ts'
import type { Decimal } from '../../shared/decimal.ts'
import type { InformationRole } from '../../utility/information-roles.ts'
import { chargesOf, type Line, linesOf } from './line-item.ts'
import { sumOf } from './money.ts'

/** What a bill says of the one before, CDS-WG3-01 §10.5.1 #bill-statement-format. */
export type PreviousBalance = Pick<
  BillStatement,
  'previous_balance_amount' | 'previous_balance_paid' | 'previous_balance_unpaid'
>

/**
 * What the lines of a bill say of the one before. A payment lowers the balance, whichever sign it was written with. Without a line for
 * what is unpaid, it is the balance less the payments; without payments either, the balance, where just that is missing from the charges
 * to what is `due`.
 */
export function toPreviousBalance(lines: readonly Line[], due?: Decimal): PreviousBalance {
  const amount = amountIn(lines, 'previous_balance')
  const payments = amountsIn(lines, 'payment').map((payment) =>
    payment.coefficient < 0n ? payment.negate() : payment,
  )
  const paid = payments.length > 0 ? sumOf(payments) : undefined
  const charges = sumOf(chargesOf(lines).map(({ money }) => money.amount))
  const isMissing = amount && due?.equals(charges.plus(amount))
  const left = amount && (paid ? amount.minus(paid) : isMissing ? amount : undefined)
  const unpaid = amountIn(lines, 'unpaid_balance') ?? left
  return {
    ...(amount && { previous_balance_amount: amount }),
    ...(paid && { previous_balance_paid: paid }),
    ...(unpaid && { previous_balance_unpaid: unpaid }),
  }
}

/** The balances of the sections of a statement, added up. */
export function sumOfBalances(balances: readonly PreviousBalance[]): PreviousBalance {
  const total = (field: keyof PreviousBalance): Decimal | undefined => {
    const amounts = balances.flatMap((balance) => balance[field] ?? [])
    return amounts.length > 0 ? sumOf(amounts) : undefined
  }
  const amount = total('previous_balance_amount')
  const paid = total('previous_balance_paid')
  const unpaid = total('previous_balance_unpaid')
  return {
    ...(amount && { previous_balance_amount: amount }),
    ...(paid && { previous_balance_paid: paid }),
    ...(unpaid && { previous_balance_unpaid: unpaid }),
  }
}

function amountIn(lines: readonly Line[], role: InformationRole): Decimal | undefined {
  const amounts = amountsIn(lines, role)
  return amounts.length > 0 ? sumOf(amounts) : undefined
}

function amountsIn(lines: readonly Line[], role: InformationRole): Decimal[] {
  return linesOf(lines, role).flatMap(({ money }) => money?.amount ?? [])
}
