import type { BillSection, UsageDetail } from '../../cds/wire/bill-section.ts'
import { Decimal } from '../../shared/decimal.ts'
import type { Unstamped } from '../../translate/translated.ts'
import type { BillReport, MeterReport } from './report.ts'

const DAY_MS = 86_400_000
const ZERO = new Decimal(0n)
const PERCENT = new Decimal(1n, -2)
const USAGE_TYPES = ['electric_usage', 'water_usage', 'natural_gas_usage'] as const

/** Each billed amount of usage beside the sums of the readings of the same days. */
export function toBillReports(section: Unstamped<BillSection>, meters: readonly MeterReport[]): BillReport[] {
  const servicepoints = section.related_servicepoints
  const own = meters.filter((meter) => meter.servicepoints.some((id) => servicepoints.includes(id)))
  return section.usage_details.flatMap((detail) => {
    const type = USAGE_TYPES.find((known) => detail.types.includes(known))
    return type === undefined ? [] : [toBillReport(detail, type, { servicepoints, own })]
  })
}

function toBillReport(
  detail: UsageDetail,
  type: (typeof USAGE_TYPES)[number],
  { servicepoints, own }: { servicepoints: string[]; own: readonly MeterReport[] },
): BillReport {
  const { start_date, end_date, value, units } = detail
  const days = (Date.parse(end_date) - Date.parse(start_date)) / DAY_MS + 1
  const metered = own
    .filter((meter) => meter.type === type && meter.units === units && meter.interval !== 'period')
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
