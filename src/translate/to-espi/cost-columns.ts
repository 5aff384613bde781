import type { AnyValueFormat } from '../../cds/wire/any-object.ts'
import type { ValueSet } from '../../cds/wire/usage-segment.ts'
import { currencyNumber } from '../../shared/currencies.ts'
import { Decimal } from '../../shared/decimal.ts'
import { XSD_EXPONENT } from '../bills/money.ts'
import type { Unsaid } from './unsaid.ts'

/** A cost format of a segment. */
export interface CostColumn {
  at: number
  currency: string
  indexes: number[]
}

/** What a segment's values cost, CDS-WG3-01 §10.8.5.7.1 #usage-segment-interval-cost-value-format. */
export function toCostColumns(formats: readonly AnyValueFormat[]): CostColumn[] {
  return formats.flatMap((format, at) => {
    const indexes = costIndexes(format)
    if (indexes.length === 0) return []
    const { currency = '' }: Record<string, unknown> = { ...format }
    return [{ at, currency: String(currency), indexes }]
  })
}

/** The columns that a format tells the cost of; none where it is no cost, or money that is measured itself. */
export function costIndexes(format: AnyValueFormat): number[] {
  const { indexes }: Record<string, unknown> = { ...format }
  return format.type === 'cost' && Array.isArray(indexes) ? indexes.map((index) => Number(String(index))) : []
}

/** The costs of one interval, by the column that they are the cost of: the first of theirs that has a value. */
export function costsOf(
  set: ValueSet,
  costColumns: readonly CostColumn[],
  object: string,
  unsaid: Unsaid,
): Map<number, { amount: bigint; currency: string }> {
  const costs = new Map<number, { amount: bigint; currency: string }>()
  for (const { at, currency, indexes } of costColumns) {
    const cost = set[at]?.c
    if (!(cost instanceof Decimal)) continue
    const [column, other] = indexes.filter((index) => set[index] && !costs.has(index))
    if (other !== undefined) {
      unsaid.add(object, 'indexes', 'a cost of several values stands with the first of them')
    }
    const amount = wholeAt(cost, XSD_EXPONENT)
    if (column === undefined)
      unsaid.add(object, 'values c', 'a cost without a value has no reading to stand in')
    else if (amount === undefined)
      unsaid.add(object, 'values c', 'ESPI counts hundred-thousandths, this is finer')
    else if (currencyNumber(currency) === undefined)
      unsaid.add(object, `currency ${currency}`, 'ISO 4217 has no number for it')
    else costs.set(column, { amount, currency })
  }
  return costs
}

/** How many 10^power a decimal is; undefined where that is no whole number. */
export function wholeAt(decimal: Decimal, power: number): bigint | undefined {
  const { coefficient, exponent } = new Decimal(0n, power).plus(decimal)
  const divisor = 10n ** BigInt(power - exponent)
  return coefficient % divisor === 0n ? coefficient / divisor : undefined
}
