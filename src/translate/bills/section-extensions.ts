import type { EspiMeasurement } from '../../cds/wire/bill-extensions.ts'
import type { BillSection } from '../../cds/wire/bill-section.ts'
import { currencies } from '../../espi/codes.ts'
import { epochToDatetime } from '../../shared/clock.ts'
import { Decimal } from '../../shared/decimal.ts'
import { toTariffRiders } from '../customer/tariff-riders.ts'
import { integerAt, partPeriodAt, timeAt, toEspiPeriod } from '../summary-values.ts'
import { toBillAmounts } from './bill-amounts.ts'
import { chargesOf } from './line-item.ts'
import { toEspiMoney } from './money.ts'
import { textOf, type UsageSummary } from './usage-summary.ts'

type SectionExtensions = Pick<
  BillSection,
  | 'espi_billing_period'
  | 'espi_bill_to_date'
  | 'espi_information'
  | 'espi_measurements'
  | 'espi_bill_last_period'
  | 'espi_currency'
  | 'espi_ratchet_demand_period'
  | 'espi_quality'
  | 'espi_status_time_stamp'
  | 'espi_commodity'
  | 'espi_tariff_profile'
  | 'espi_read_cycle'
  | 'espi_tariff_riders'
  | 'espi_billing_charge_source'
>

/** What CDS has no field for travels as it came: the measurements of units that it does not have, too. */
export function toSectionExtensions(
  summary: UsageSummary,
  measurements: Readonly<Record<string, EspiMeasurement>>,
): SectionExtensions {
  const { element } = summary.item
  const code = (name: string): Decimal | undefined => {
    // Whether it is one at all, `Carrier` tells.
    const value = integerAt(element, name, () => undefined)
    return value === undefined ? undefined : new Decimal(value)
  }
  const currency = code('currency')
  const isKnown = currencies.has(Number(currency?.coefficient ?? 0n)) || currency?.coefficient === 0n
  const isTold = summary.written === undefined || toBillAmounts(summary).total?.money?.raw === summary.written
  const [quality, commodity] = [code('qualityOfReading'), code('commodity')]
  const ratchet = partPeriodAt(element, 'ratchetDemandPeriod', summary.refuse)
  const status = timeAt(element, 'statusTimeStamp', summary.refuse)
  const tariffProfile = textOf(summary, 'tariffProfile')
  const readCycle = textOf(summary, 'readCycle')
  const source = textOf(summary, 'billingChargeSource', 'agencyName')
  const riders = toTariffRiders(element)
  return {
    espi_billing_period: toEspiPeriod(summary.period),
    ...(summary.toDate && { espi_bill_to_date: toEspiMoney(summary.toDate) }),
    espi_information: toInformation(summary),
    ...(Object.keys(measurements).length > 0 && { espi_measurements: measurements }),
    ...(!isTold && { espi_bill_last_period: new Decimal(summary.written ?? 0n) }),
    ...(currency && !isKnown && { espi_currency: currency }),
    ...(ratchet && { espi_ratchet_demand_period: toEspiPeriod(ratchet) }),
    ...(quality && { espi_quality: quality }),
    ...(status !== undefined && { espi_status_time_stamp: epochToDatetime(status) }),
    ...(commodity && { espi_commodity: commodity }),
    ...(tariffProfile !== undefined && { espi_tariff_profile: tariffProfile }),
    ...(readCycle !== undefined && { espi_read_cycle: readCycle }),
    ...(riders.length > 0 && { espi_tariff_riders: riders }),
    ...(source !== undefined && { espi_billing_charge_source: source }),
  }
}

/** Lines that are no charges: what the bill tells beside them. */
function toInformation({ lines }: UsageSummary): BillSection['espi_information'] {
  const charges = new Set(chargesOf(lines).map(({ number }) => number))
  return lines
    .filter(({ number }) => !charges.has(number))
    .map(({ name, asWritten }) => ({ name, ...asWritten }))
}
