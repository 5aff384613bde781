import { type Field, type FieldMap, many, read, to } from './row.ts'

function all(names: string, field: Field): Record<string, Field> {
  return Object.fromEntries(names.split(' ').map((name) => [name, field]))
}

const COMMON: Readonly<Record<string, Field>> = {
  billingPeriod: to('start_date, end_date, espi_billing_period', 'toBillSection', 'DateTimeInterval'),
  billLastPeriod: to('amount_due, cost_details', 'toBills'),
  billToDate: to('espi_bill_to_date', 'toBillSection'),
  costAdditionalLastPeriod: to('cost_details', 'toBillSection'),
  costAdditionalDetailLastPeriod: many(
    to('line_items, cost_details, espi_information', 'toBills', 'LineItem'),
  ),
  currency: read('integer', to('currency', 'toBills')),
  overallConsumptionLastPeriod: to(
    'usage_details, espi_measurements',
    'toUsageDetails',
    'SummaryMeasurement',
  ),
  currentBillingPeriodOverAllConsumption: to(
    'usage_details, espi_measurements',
    'toUsageDetails',
    'SummaryMeasurement',
  ),
  ...all(
    'currentDayLastYearNetConsumption currentDayNetConsumption currentDayOverallConsumption peakDemand previousDayLastYearOverallConsumption previousDayNetConsumption previousDayOverallConsumption',
    to('usage_details, espi_measurements', 'toUsageDetails', 'SummaryMeasurement'),
  ),
  qualityOfReading: read('integer', to('espi_quality', 'toBillSection')),
  ratchetDemand: to('usage_details, espi_measurements', 'toUsageDetails', 'SummaryMeasurement'),
  ratchetDemandPeriod: to('espi_ratchet_demand_period', 'toBillSection', 'DateTimeInterval'),
  statusTimeStamp: to('espi_status_time_stamp', 'toBillSection'),
  commodity: read('integer', to('espi_commodity', 'toBillSection')),
}

/** UsageSummary and its predecessor, ESPI 4.0 espi.xsd. The rows of every type stand in the order of the XSD: so they are written. */
export const billFields: FieldMap = {
  ElectricPowerUsageSummary: { extends: 'IdentifiedObject', fields: COMMON },
  UsageSummary: {
    extends: 'IdentifiedObject',
    fields: {
      ...COMMON,
      tariffProfile: to('espi_tariff_profile', 'toBillSection'),
      readCycle: to('espi_read_cycle', 'toBillSection'),
      tariffRiderRefs: many(to('espi_tariff_riders', 'toTariffRiders', 'TariffRiderRefs')),
      billingChargeSource: to('espi_billing_charge_source', 'toBillSection', 'BillingChargeSource'),
    },
  },
  LineItem: {
    extends: 'Object',
    fields: {
      amount: to('cost, espi_money', 'toLines'),
      rounding: to('espi_rounding', 'toLines'),
      dateTime: to('espi_date_time', 'toLines'),
      note: to('name', 'toLines'),
      measurement: to('value, units, espi_measurement', 'toLines', 'SummaryMeasurement'),
      itemKind: to('types, espi_item_kind', 'toLines'),
      unitCost: to('rate, espi_unit_cost', 'toLines'),
      itemPeriod: to('start_date, end_date, espi_item_period', 'toLines', 'DateTimeInterval'),
    },
  },
  BillingChargeSource: {
    extends: 'Object',
    fields: { agencyName: to('espi_billing_charge_source', 'toBillSection') },
  },
}
