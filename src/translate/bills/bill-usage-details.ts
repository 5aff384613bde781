import type { EspiMeasurement } from '../../cds/wire/bill-extensions.ts'
import type { UsageDetail, UsageDetailType } from '../../cds/wire/bill-section.ts'
import { findInteger } from '../../espi/elements.ts'
import type { LocalCalendar } from '../../shared/local-calendar.ts'
import { toDate, toLastDate } from '../local-date.ts'
import type { Span } from '../span.ts'
import { measurementAt, periodAt, type SummaryMeasurement, timeAt } from '../summary-values.ts'
import { toReadingQuality } from '../usage/quality.ts'
import { toQuantity } from './summary-quantity.ts'
import type { UsageSummary } from './usage-summary.ts'

/** Energies and volumes: what a usage type counts. */
const USAGE_UOMS: ReadonlySet<number> = new Set([72, 42, 166, 167, 119, 120, 128, 134, 156, 157, 169, 132])
const WATT = 38

/** The time a summary's measurement is of. */
type Covered =
  | 'billed'
  | 'current'
  | 'peak'
  | 'ratchet'
  | 'today'
  | 'yesterday'
  | 'todayLastYear'
  | 'yesterdayLastYear'

interface SummaryElement {
  name: string
  covers: Covered
  net?: true
}

/** Every SummaryMeasurement of a UsageSummary. Names are ours (§10.6.3: where the bill has none, the server makes one). */
const summaryElements: Readonly<Record<string, SummaryElement>> = {
  overallConsumptionLastPeriod: { name: 'Billed consumption', covers: 'billed' },
  currentBillingPeriodOverAllConsumption: {
    name: 'Consumption of the current period',
    covers: 'current',
  },
  currentDayLastYearNetConsumption: {
    name: 'Net consumption on the same day last year',
    covers: 'todayLastYear',
    net: true,
  },
  currentDayNetConsumption: { name: 'Net consumption on the current day', covers: 'today', net: true },
  currentDayOverallConsumption: { name: 'Consumption on the current day', covers: 'today' },
  peakDemand: { name: 'Peak demand', covers: 'peak' },
  previousDayLastYearOverallConsumption: {
    name: 'Consumption on the same previous day last year',
    covers: 'yesterdayLastYear',
  },
  previousDayNetConsumption: { name: 'Net consumption on the previous day', covers: 'yesterday', net: true },
  previousDayOverallConsumption: { name: 'Consumption on the previous day', covers: 'yesterday' },
  ratchetDemand: { name: 'Ratchet demand', covers: 'ratchet' },
}

export interface UsageDetails {
  usageDetails: UsageDetail[]
  /** What CDS has no unit for, as written. */
  measurements: Record<string, EspiMeasurement>
}

/** The measurements of a summary, CDS-WG3-01 §10.6.3 #bill-section-usage-detail-format. */
export function toUsageDetails(
  summary: UsageSummary,
  sectionId: string,
  { calendar, billedElement }: { calendar: LocalCalendar; billedElement: string },
): UsageDetails {
  const found: UsageDetails = { usageDetails: [], measurements: {} }
  for (const [name, element] of Object.entries(summaryElements)) {
    const measurement = measurementAt(summary.item.element, name, summary.refuse)
    if (!measurement) continue
    const asBilled = swapped(name, element, billedElement)
    const span = asBilled && spanOf(asBilled.covers, measurement, summary, calendar)
    const quantity = toQuantity(measurement, summary.commodity)
    if (!quantity || !span || !asBilled) found.measurements[name] = measurement.asWritten
    else {
      found.usageDetails.push({
        id: `${sectionId}.${name}`,
        name: asBilled.name,
        ...toTypes(asBilled, measurement, summary),
        ...quantity,
        start_date: toDate(span.start, calendar),
        end_date: toLastDate(span.start, span.end, calendar),
        espi_element: name,
        espi_measurement: measurement.asWritten,
      })
    }
  }
  return found
}

/** Where a custodian writes what it bills in another element, the usual one is of another bill: it is kept as written. */
function swapped(name: string, element: SummaryElement, billedElement: string): SummaryElement | undefined {
  if (name === billedElement) return { ...element, name: 'Billed consumption', covers: 'billed' }
  return element.covers === 'billed' ? undefined : element
}

/** §10.6.4 #bill-section-usage-detail-types. Spec silent: a ratchet demand is a peak demand of an earlier time. */
function toTypes(
  { covers, net }: SummaryElement,
  { uom }: SummaryMeasurement,
  { commodity, item }: UsageSummary,
): Pick<UsageDetail, 'types' | 'demand_type' | 'direction'> {
  const quality = findInteger(item.element, 'qualityOfReading')
  const estimated = quality !== undefined && toReadingQuality(quality) === 'estimated'
  const tail: UsageDetailType[] = estimated ? ['estimated'] : []
  if (uom === WATT) {
    const peak = covers === 'peak' || covers === 'ratchet'
    return { types: ['electric_demand', ...tail], demand_type: peak ? 'peak' : 'average' }
  }
  const usage = uom !== undefined && USAGE_UOMS.has(uom) ? usageType(commodity, uom) : undefined
  if (!usage) return { types: tail }
  if (net && usage === 'electric_usage') {
    return { types: [usage, 'directional', ...tail], direction: 'net' }
  }
  return { types: [usage, ...tail] }
}

function usageType(commodity: UsageSummary['commodity'], uom: number): UsageDetailType | undefined {
  if (commodity) return `${commodity}_usage`
  if (uom === 72) return 'electric_usage'
  return uom === 169 ? 'natural_gas_usage' : undefined
}

/**
 * XSD: all but overallConsumptionLastPeriod are of the time after the billing period, "if the summary contains data" of it, seen
 * from statusTimeStamp. Some custodians mean the billing period itself, not yet over: then its time stamp lies in it. A peak whose
 * own time stamp, or lack of any later one, lies in the billing period is of that.
 */
function spanOf(
  covers: Covered,
  { timeStamp }: SummaryMeasurement,
  { period, item }: UsageSummary,
  calendar: LocalCalendar,
): Span | undefined {
  const end = period.start + period.duration
  const billed = { start: period.start, end }
  const status = timeAt(item.element, 'statusTimeStamp', () => undefined)
  const day = (daysAgo: number): Span | undefined =>
    status === undefined ? undefined : calendar.plusDays(calendar.dayOf(status), -daysAgo)
  switch (covers) {
    case 'billed':
      return billed
    case 'current': {
      const seen = timeStamp ?? status
      if (seen === undefined || seen <= period.start) return billed
      return seen > end ? { start: end, end: seen } : { start: period.start, end: seen }
    }
    case 'peak':
      return timeStamp !== undefined && timeStamp > end ? { start: end, end: timeStamp } : billed
    case 'ratchet': {
      const ratchet = periodAt(item.element, 'ratchetDemandPeriod', () => undefined)
      return ratchet ? { start: ratchet.start, end: ratchet.start + ratchet.duration } : billed
    }
    case 'today':
      return day(0)
    case 'yesterday':
      return day(1)
    // Same day of the week, a year of weeks ago (XSD).
    case 'todayLastYear':
      return day(364)
    case 'yesterdayLastYear':
      return day(365)
  }
}
