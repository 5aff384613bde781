import type { BillSection, UsageDetail } from '../../cds/wire/bill-section.ts'
import { Decimal } from '../../shared/decimal.ts'
import type { Unstamped } from '../../translate/translated.ts'
import type { BillReport, MeterReport } from './report.ts'

const DAY_MS = 86_400_000
const ZERO = new Decimal(0n)
const PERCENT = new Decimal(1n, -2)
/** What a bill counts, and the value types of readings that count the same. */
const METERED = {
  electric_usage: ['electric_usage'],
  water_usage: ['water_usage'],
  natural_gas_usage: ['natural_gas_usage', 'espi_natural_gas_volume'],
} as const satisfies Record<string, readonly string[]>
type Billed = keyof typeof METERED
const BILLED: readonly Billed[] = ['electric_usage', 'water_usage', 'natural_gas_usage']

/** Each billed amount of usage beside the sums of the readings of the same days. */
export function toBillReports(section: Unstamped<BillSection>, meters: readonly MeterReport[]): BillReport[] {
  const servicepoints = section.related_servicepoints
  const own = meters.filter((meter) => meter.servicepoints.some((id) => servicepoints.includes(id)))
  return section.usage_details.flatMap((detail) => {
    const type = BILLED.find((known) => detail.types.includes(known))
    return type === undefined ? [] : [toBillReport(detail, type, { servicepoints, own })]
  })
}

function toBillReport(
  detail: UsageDetail,
  type: Billed,
  { servicepoints, own }: { servicepoints: string[]; own: readonly MeterReport[] },
): BillReport {
  const { start_date, end_date, value, units } = detail
  const days = (Date.parse(end_date) - Date.parse(start_date)) / DAY_MS + 1
  const types: readonly string[] = METERED[type]
  const same = own.filter((meter) => types.includes(meter.type) && meter.units === units)
  const metered = same
    .filter(({ interval }) => interval !== 'period')
    .flatMap((meter) => sumOf(meter, start_date, end_date))
  const whole = metered.filter((sum) => sum.days_with_values === days)
  return {
    servicepoints,
    start_date,
    end_date,
    name: detail.espi_element,
    type,
    billed: value.toString(),
    units,
    metered,
    days,
    agrees: whole.length === 0 ? null : whole.some(({ total }) => isNear(total, value)),
    ...(same.length > 0 && same.every(({ interval }) => interval === 'period') && { periods_only: true }),
  }
}

/** The sum of the local days of a bill, both ends included; nothing where no day has values. */
function sumOf(meter: MeterReport, from: string, to: string): BillReport['metered'] {
  const days = meter.days.filter(({ date }) => date >= from && date <= to)
  if (meter.total === undefined || days.length === 0) return []
  const total = days.reduce((sum, { value }) => sum.plus(Decimal.parse(value) ?? ZERO), ZERO)
  return [
    {
      ...(meter.direction !== undefined && { direction: meter.direction }),
      interval: meter.interval,
      total: total.toString(),
      days_with_values: days.length,
    },
  ]
}

/** Meter clocks and rounding make bills differ a little from the sum of their readings. */
function isNear(total: string, billed: Decimal): boolean {
  const difference = billed.minus(Decimal.parse(total) ?? ZERO)
  return magnitude(difference).minus(magnitude(billed.times(PERCENT))).coefficient <= 0n
}

function magnitude(number: Decimal): Decimal {
  return number.coefficient < 0n ? number.negate() : number
}
