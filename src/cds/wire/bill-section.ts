import { z } from 'zod'
import { espiLineItem, espiMeasurement, espiMoney, espiPeriod, espiTariffRider } from './bill-extensions.ts'
import { entity } from './entity.ts'
import { date, datetime, decimal, stamps } from './primitives.ts'
import { unitTypes } from './unit-types.ts'
import { demandTypes, directionTypes } from './usage-segment.ts'

/** CDS-WG3-01 §10.6.2 #bill-section-types, in the specification's order. */
export const billSectionTypes = [
  'service_contract',
  'sub_account',
  'other_section',
  'electric',
  'water',
  'natural_gas',
  'fuel_oil',
  'distribution',
  'supply',
] as const
export type BillSectionType = (typeof billSectionTypes)[number]

/** CDS-WG3-01 §10.6.4 #bill-section-usage-detail-types, in the specification's order. */
export const usageDetailTypes = [
  'electric_usage',
  'water_usage',
  'natural_gas_usage',
  'fuel_oil_usage',
  'electric_demand',
  'time_of_use',
  'tiered',
  'directional',
  'seasonal',
  'ami_reading',
  'amr_reading',
  'analog_meter',
  'customer_provided',
  'estimated',
] as const
export type UsageDetailType = (typeof usageDetailTypes)[number]

/** CDS-WG3-01 §10.6.3 #bill-section-usage-detail-format */
export const usageDetail = z.looseObject({
  id: z.string(),
  name: z.string(),
  types: z.array(z.enum(usageDetailTypes)),
  value: decimal,
  units: z.enum(unitTypes),
  start_date: date,
  end_date: date,
  demand_type: z.enum(demandTypes).optional(),
  direction: z.enum(directionTypes).optional(),
  /** The element of the UsageSummary that it was. */
  espi_element: z.string(),
  espi_measurement: espiMeasurement,
})
export type UsageDetail = z.infer<typeof usageDetail>

/** CDS-WG3-01 §10.6.6 #bill-section-cost-detail-types, in the specification's order. */
export const costDetailTypes = [
  'overall_total',
  'subtotal',
  'fixed_charges',
  'usage_charges',
  'taxes',
  'distribution',
  'supply',
  'transmission',
  'other',
] as const

/** CDS-WG3-01 §10.6.5 #bill-section-cost-detail-format */
export const costDetail = z.looseObject({
  id: z.string(),
  name: z.string(),
  types: z.array(z.enum(costDetailTypes)),
  cost: decimal,
  /** The element of the UsageSummary that it was; a subtotal is one of the lines. */
  espi_element: z.string().optional(),
  /** Where the custodian wrote just this amount. */
  espi_money: espiMoney.optional(),
})
export type CostDetail = z.infer<typeof costDetail>

/** CDS-WG3-01 §10.6.8 #bill-section-line-item-types, in the specification's order. */
export const lineItemTypes = [
  'fixed_charge',
  'usage_charge',
  'tax',
  'distribution',
  'supply',
  'transmission',
  'other',
] as const
export type LineItemType = (typeof lineItemTypes)[number]

/** CDS-WG3-01 §10.6.7 #bill-section-line-item-format */
export const lineItem = z.looseObject({
  id: z.string(),
  name: z.string(),
  types: z.array(z.enum(lineItemTypes)),
  start_date: date,
  end_date: date,
  cost: decimal,
  value: decimal.nullable(),
  units: z.enum(unitTypes).optional(),
  rate: decimal.nullable(),
  related_usage_details: z.array(z.string()),
  related_cost_details: z.array(z.string()),
  ...espiLineItem.shape,
})
export type LineItem = z.infer<typeof lineItem>

/** CDS-WG3-01 §10.6.1 #bill-section-format. Divergence: the account may be null, see `billStatement`. */
export const billSection = z.object({
  cds_billsection_id: z.string(),
  ...stamps,
  cds_billstatement_id: z.string().nullable(),
  cds_account_id: z.string().nullable(),
  account_number: z.string().nullable(),
  section_types: z.array(z.enum(billSectionTypes)),
  start_date: date,
  end_date: date,
  currency: z.string().length(3),
  distribution_entity: entity.nullable(),
  supply_entity: entity.nullable(),
  related_servicecontracts: z.array(z.string()),
  related_servicepoints: z.array(z.string()),
  related_meterdevices: z.array(z.string()),
  related_billsections: z.array(z.string()),
  usage_details: z.array(usageDetail),
  cost_details: z.array(costDetail),
  line_items: z.array(lineItem).optional(),
  espi_billing_period: espiPeriod,
  espi_bill_to_date: espiMoney.optional(),
  /** billLastPeriod as written, where something else stands for the bill. */
  espi_bill_last_period: decimal.optional(),
  /** The summary's own currency where it is no ISO 4217 code. */
  espi_currency: decimal.optional(),
  /** Lines of the bill that charge nothing: balances, payments, dates, rates, subtotals. */
  espi_information: z.array(z.looseObject({ name: z.string(), ...espiLineItem.shape })),
  /** Measurements that CDS has no unit for, under the name of their element. */
  espi_measurements: z.record(z.string(), espiMeasurement).optional(),
  espi_ratchet_demand_period: espiPeriod.optional(),
  espi_quality: decimal.optional(),
  espi_status_time_stamp: datetime.optional(),
  espi_commodity: decimal.optional(),
  espi_tariff_profile: z.string().optional(),
  espi_read_cycle: z.string().optional(),
  espi_tariff_riders: z.array(espiTariffRider).optional(),
  espi_billing_charge_source: z.string().optional(),
})
export type BillSection = z.infer<typeof billSection>
