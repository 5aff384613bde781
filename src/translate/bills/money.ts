import type { EspiMoney, MoneyRule } from '../../cds/wire/bill-extensions.ts'
import { Decimal } from '../../shared/decimal.ts'

/** An amount of money: the integer as written, and the power of ten that was found for it. */
export interface Money {
  amount: Decimal
  raw: bigint
  exponent: number
  rule: MoneyRule
}

/** XSD UsageSummary.billLastPeriod, LineItem.amount: hundred-thousandths of the currency. */
export const XSD_EXPONENT = -5

export function toMoney(raw: bigint, exponent: number, rule: MoneyRule): Money {
  return { amount: new Decimal(raw, exponent), raw, exponent, rule }
}

/** The same amount with the opposite sign; what was written stays. */
export function asCredit(money: Money): Money {
  return money.raw > 0n ? { ...money, amount: money.amount.negate() } : money
}

/** An amount as it came, for whoever doubts how it was read. */
export function toEspiMoney({ raw, exponent, rule }: Money): EspiMoney {
  return { raw: new Decimal(raw), power_of_ten: new Decimal(BigInt(exponent)), rule }
}

export function sumOf(amounts: readonly Decimal[]): Decimal {
  return amounts.reduce((sum, amount) => sum.plus(amount), new Decimal(0n))
}
