import type { BillSection } from '../../src/cds/wire/bill-section.ts'
import type { BillStatement } from '../../src/cds/wire/bill-statement.ts'
import { Decimal } from '../../src/shared/decimal.ts'
import type { Unstamped } from '../../src/translate/translated.ts'

/** A bill over 100 of an account, made up of some sections. */
export function statement(
  id: string,
  { account, date, sections }: { account: string; date: string; sections: readonly string[] },
): Unstamped<BillStatement> {
  return {
    cds_billstatement_id: id,
    cds_account_id: `acc-${account}`,
    account_number: `A-${account}`,
    statement_date: date,
    espi_statement_date_source: 'line_item',
    currency: 'USD',
    previous_balance_unpaid: new Decimal(0n),
    new_charges: sections.map((section) => ({
      id: `${section}.charge`,
      name: 'Electric charges',
      types: ['electric_total'],
      amount: new Decimal(10000n, -2),
      included_in_amount_due: true,
      related_billsections: [section],
    })),
    amount_due: new Decimal(10000n * BigInt(sections.length), -2),
    amount_due_date: null,
    shutoff_prevention_minimum_due: null,
    shutoff_prevention_date: null,
    account_programs: [],
  }
}

/** What a contract was billed for some days. */
export function section(
  id: string,
  {
    account,
    contract,
    days: [start_date, end_date],
    bill = null,
    others = [],
  }: {
    account: string
    contract: string
    days: readonly [string, string]
    bill?: string | null
    others?: readonly string[]
  },
): Unstamped<BillSection> {
  return {
    cds_billsection_id: id,
    cds_billstatement_id: bill,
    cds_account_id: `acc-${account}`,
    account_number: `A-${account}`,
    section_types: ['service_contract', 'electric'],
    start_date,
    end_date,
    currency: 'USD',
    distribution_entity: null,
    supply_entity: null,
    related_servicecontracts: [`con-${contract}`],
    related_servicepoints: [`sp-${contract}`],
    related_meterdevices: [`m-${contract}`],
    related_billsections: [...others],
    usage_details: [],
    cost_details: [],
    line_items: [
      {
        id: `${id}.line1`,
        name: 'Energy',
        types: ['usage_charge'],
        start_date,
        end_date,
        cost: new Decimal(10000n, -2),
        value: null,
        rate: null,
        related_usage_details: [],
        related_cost_details: [],
      },
    ],
    espi_billing_period: { start: `${start_date}T00:00:00Z`, duration: secondsOf(start_date, end_date) },
    espi_information: [],
    espi_tariff_profile: 'RES-1',
  }
}

/** From the beginning of one day to the end of another. */
function secondsOf(first: string, last: string): Decimal {
  return new Decimal(BigInt((Date.parse(last) - Date.parse(first)) / 1000 + 86_400))
}
