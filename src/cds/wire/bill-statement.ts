import { z } from 'zod'
import { date, decimal, stamps, url } from './primitives.ts'

/** CDS-WG3-01 §10.5.3 #new-charge-types, in the specification's order. */
export const newChargeTypes = [
  'electric_total',
  'water_total',
  'natural_gas_total',
  'fuel_oil_total',
  'waste_water_total',
  'solid_waste_total',
  'tax',
  'fixed_fee',
  'flat_rate',
  'interest',
  'deposit',
  'differed',
  'credit_bank',
  'program',
  'adhoc',
  'amount_due_sum_difference',
] as const
export type NewChargeType = (typeof newChargeTypes)[number]

/** CDS-WG3-01 §10.5.2 #new-charge-format */
export const newCharge = z.looseObject({
  id: z.string(),
  name: z.string(),
  types: z.array(z.enum(newChargeTypes)),
  amount: decimal,
  included_in_amount_due: z.boolean(),
  related_billsections: z.array(z.string()).optional(),
})
export type NewCharge = z.infer<typeof newCharge>

/**
 * CDS-WG3-01 §10.5.1 #bill-statement-format. Divergence: `cds_account_id`, `account_number` and `amount_due_date` may be null
 * where the utility's feed does not tell them; the specification requires them "if available" and names no other value.
 */
export const billStatement = z.object({
  cds_billstatement_id: z.string(),
  ...stamps,
  cds_account_id: z.string().nullable(),
  account_number: z.string().nullable(),
  statement_date: date,
  /** Where `statement_date` was found: on the bill, or the day after the billing period, for want of a better one. */
  espi_statement_date_source: z.enum(['line_item', 'billing_period_end']),
  currency: z.string().length(3),
  file_uri: url.nullable().optional(),
  file_mimetype: z.string().optional(),
  previous_balance_amount: decimal.optional(),
  previous_balance_paid: decimal.optional(),
  previous_balance_unpaid: decimal.optional(),
  new_charges_amount: decimal.optional(),
  new_charges: z.array(newCharge).optional(),
  new_balance_amount: decimal.optional(),
  amount_due: decimal,
  amount_due_date: date.nullable(),
  shutoff_prevention_minimum_due: decimal.nullable(),
  shutoff_prevention_date: date.nullable(),
  account_programs: z.array(z.looseObject({ id: z.string() })).optional(),
})
export type BillStatement = z.infer<typeof billStatement>
