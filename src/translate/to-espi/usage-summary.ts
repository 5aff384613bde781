import type { AnyBillSection } from '../../cds/wire/any-object.ts'
import type { EspiLineItem, EspiMeasurement, EspiMoney, EspiPeriod } from '../../cds/wire/bill-extensions.ts'
import type { EspiObject } from '../../cds/wire/espi-object.ts'
import { currencyNumber } from '../../shared/currencies.ts'
import type { Decimal } from '../../shared/decimal.ts'
import { partsOfAnotherSummary } from './another-summary.ts'
import { type ToEspiContext, toEpoch } from './cds-objects.ts'
import { givenParts } from './to-element.ts'
import { toTariffRiderRefs } from './usage-point.ts'

/** A Bill Section becomes the parts of its UsageSummary. */
export function toUsageSummaryParts(section: AnyBillSection, context: ToEspiContext): EspiObject {
  if (section.espi_billing_period === undefined) return partsOfAnotherSummary(section, context)
  const lines = [...(section.line_items ?? []), ...(section.espi_information ?? [])]
  const inOrder = lines.toSorted((a, b) => numberOf(a.espi_line) - numberOf(b.espi_line))
  const parts = givenParts({
    billingPeriod: periodParts(section.espi_billing_period),
    billLastPeriod: rawOf(section, 'billLastPeriod') ?? textOf(section.espi_bill_last_period),
    billToDate: moneyText(section.espi_bill_to_date),
    costAdditionalLastPeriod: rawOf(section, 'costAdditionalLastPeriod'),
    costAdditionalDetailLastPeriod: inOrder.flatMap((line) => lineParts(line) ?? []),
    currency: textOf(section.espi_currency) ?? String(currencyNumber(section.currency) ?? ''),
    ...measurementsOf(section),
    qualityOfReading: textOf(section.espi_quality),
    ratchetDemandPeriod:
      section.espi_ratchet_demand_period && periodParts(section.espi_ratchet_demand_period),
    statusTimeStamp: timeText(section.espi_status_time_stamp),
    commodity: textOf(section.espi_commodity),
    tariffProfile: section.espi_tariff_profile,
    readCycle: section.espi_read_cycle,
    tariffRiderRefs: section.espi_tariff_riders && toTariffRiderRefs(section.espi_tariff_riders),
    billingChargeSource: givenParts({ agencyName: section.espi_billing_charge_source }),
  })
  return parts ?? {}
}

function rawOf({ cost_details }: AnyBillSection, element: string): string | undefined {
  return moneyText(cost_details.find((detail) => detail.espi_element === element)?.espi_money)
}

/** All measurements, under the names of their elements. */
function measurementsOf({ usage_details, espi_measurements = {} }: AnyBillSection): EspiObject {
  const billed = usage_details.map(
    (detail) => [detail.espi_element ?? '', detail.espi_measurement ?? {}] as const,
  )
  return Object.fromEntries(
    [...billed, ...Object.entries(espi_measurements)].flatMap(([name, measurement]) => {
      const parts = measurementParts(measurement)
      return parts ? [[name, parts] as const] : []
    }),
  )
}

type AnyLine = EspiLineItem & { name: string }

function lineParts(line: AnyLine): EspiObject | undefined {
  return givenParts({
    amount: moneyText(line.espi_money),
    rounding: textOf(line.espi_rounding),
    dateTime: timeText(line.espi_date_time),
    note: line.espi_unnamed ? undefined : line.name,
    measurement: line.espi_measurement && measurementParts(line.espi_measurement),
    itemKind: textOf(line.espi_item_kind),
    unitCost: textOf(line.espi_unit_cost),
    itemPeriod: line.espi_item_period && periodParts(line.espi_item_period),
  })
}

function measurementParts(measurement: EspiMeasurement): EspiObject | undefined {
  return givenParts({
    powerOfTenMultiplier: textOf(measurement.power_of_ten),
    timeStamp: timeText(measurement.time_stamp),
    uom: textOf(measurement.uom),
    value: textOf(measurement.value),
    readingTypeRef: measurement.reading_type,
  })
}

function periodParts({ start, duration }: EspiPeriod): EspiObject {
  return { duration: String(duration), start: String(toEpoch(start)) }
}

function moneyText(money: EspiMoney | undefined): string | undefined {
  return textOf(money?.raw)
}

function timeText(datetime: string | undefined): string | undefined {
  return datetime === undefined ? undefined : String(toEpoch(datetime))
}

function textOf(decimal: Decimal | undefined): string | undefined {
  return decimal?.toString()
}

function numberOf(line: Decimal | undefined): number {
  return Number(String(line ?? 0))
}
