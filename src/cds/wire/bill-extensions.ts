import { z } from 'zod'
import { datetime, decimal } from './primitives.ts'

/**
 * How the power of ten of an amount was found, because custodians write money in different ones:
 * `xsd` hundred-thousandths as the XSD says; `line_measurement` the line's own measurement without a value;
 * `utility` what the utility's profile says; `amount_due_line` a line of the same integer tells;
 * `reconciled` the only one in which the charges add up to the bill; `as_line_items` that of all charges, unproven.
 */
export const moneyRules = [
  'xsd',
  'line_measurement',
  'utility',
  'amount_due_line',
  'reconciled',
  'as_line_items',
] as const
export type MoneyRule = (typeof moneyRules)[number]

/** An amount as ESPI wrote it: `raw × 10^power_of_ten` of the currency. */
export const espiMoney = z.object({ raw: decimal, power_of_ten: decimal, rule: z.enum(moneyRules) })
export type EspiMoney = z.infer<typeof espiMoney>

/** An ESPI SummaryMeasurement, every digit; whatever was given. */
export const espiMeasurement = z.object({
  value: decimal.optional(),
  power_of_ten: decimal.optional(),
  uom: decimal.optional(),
  time_stamp: datetime.optional(),
  reading_type: z.string().optional(),
})
export type EspiMeasurement = z.infer<typeof espiMeasurement>

/** An ESPI DateTimeInterval; `duration` in seconds. */
export const espiPeriod = z.object({ start: datetime, duration: decimal })
export type EspiPeriod = z.infer<typeof espiPeriod>

/** What an ESPI LineItem has beside its text. */
export const espiLineItem = z.object({
  /** Its place among the lines of the summary, from 1. */
  espi_line: decimal.optional(),
  /** The line has no text of its own: its name is ours. */
  espi_unnamed: z.literal(true).optional(),
  espi_item_kind: decimal.optional(),
  espi_money: espiMoney.optional(),
  espi_measurement: espiMeasurement.optional(),
  espi_unit_cost: decimal.optional(),
  espi_rounding: decimal.optional(),
  espi_date_time: datetime.optional(),
  espi_item_period: espiPeriod.optional(),
})
export type EspiLineItem = z.infer<typeof espiLineItem>

/** An ESPI TariffRiderRef */
export const espiTariffRider = z.object({
  rider_type: z.string(),
  enrollment_status: z.string(),
  effective_date: datetime.optional(),
})
export type EspiTariffRider = z.infer<typeof espiTariffRider>
