import { totalOf } from '../../src/sandbox/customers/blocks.ts'
import type { Territory } from '../../src/sandbox/customers/generate.ts'
import { Decimal } from '../../src/shared/decimal.ts'

/** What CDS calls the measurements that the sandbox makes: uom, and the power of ten between its unit and ours. */
const UNITS: Record<number, { key: string; tenPower: number }> = {
  72: { key: 'electric_usage', tenPower: -3 },
  38: { key: 'electric_demand', tenPower: -3 },
  169: { key: 'natural_gas_usage therm', tenPower: 0 },
  128: { key: 'water_usage gal', tenPower: 0 },
}
const DIRECTIONS: Record<number, string> = { 1: 'forward', 4: 'net', 19: 'reverse' }
const ELECTRIC_UNIT: Record<string, string> = { electric_usage: 'kWh', electric_demand: 'kW' }

/** The exact sums of what the sandbox generated for a customer, keyed as `totals` keys what the gateway serves. */
export function generatedTotals(
  { calendar, history, customers }: Territory,
  username: string,
): Record<string, string> {
  const sums = new Map<string, Decimal>()
  const customer = customers.find((each) => each.username === username)
  for (const { usagePoint } of customer?.accounts.flatMap((account) => account.agreements) ?? []) {
    for (const channel of usagePoint.channels) {
      const { uom, powerOfTenMultiplier, flowDirection } = channel.readingType
      const unit = UNITS[uom]!
      const direction = DIRECTIONS[flowDirection ?? 0]
      const electric = ELECTRIC_UNIT[unit.key]
      const key = electric ? [unit.key, direction, electric].filter(Boolean).join(' ') : unit.key
      const sign = direction === 'reverse' ? -1n : 1n
      const total = new Decimal(
        sign * totalOf(channel, history, calendar),
        powerOfTenMultiplier + unit.tenPower,
      )
      sums.set(key, (sums.get(key) ?? new Decimal(0n)).plus(total))
    }
  }
  return Object.fromEntries([...sums].map(([key, sum]) => [key, sum.toString()]))
}
