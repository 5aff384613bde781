import { toDatetime } from '../../shared/clock.ts'
import type { BillSection } from '../wire/bill-section.ts'
import { type Kind, member } from './kind.ts'

/** CDS-WG3-01 §10.6 #bill-sections-api */
export const billSections: Kind<BillSection> = {
  name: 'bill_sections',
  title: 'Bill Section',
  translated: 'billSections',
  path: '/bill-sections',
  api: 'cds_billsection_api',
  idMember: 'cds_billsection_id',
  addedBy: 'include_bill_sections',
  // §7.2.6.1, and with it what Green Button says of the single lines and how they are priced.
  opened: {
    line_items: 'include_bill_section_line_items',
    espi_billing_period: 'include_bill_sections',
    espi_bill_to_date: 'include_bill_sections',
    espi_bill_last_period: 'include_bill_sections',
    espi_currency: 'include_bill_sections',
    espi_information: 'include_bill_section_line_items',
    espi_measurements: 'include_bill_sections',
    espi_ratchet_demand_period: 'include_bill_sections',
    espi_quality: 'include_bill_sections',
    espi_status_time_stamp: 'include_bill_sections',
    espi_commodity: 'include_bill_sections',
    espi_tariff_profile: 'include_bill_section_line_items',
    espi_read_cycle: 'include_bill_sections',
    espi_tariff_riders: 'include_bill_section_line_items',
    espi_billing_charge_source: 'include_bill_section_line_items',
  },
  meanings: {
    espi_billing_period: 'The `billingPeriod` of the UsageSummary: `start`, and `duration` in seconds.',
    espi_bill_to_date:
      'The `billToDate`: the integer as written (`raw`), its `power_of_ten`, and the `rule` by which that was found.',
    espi_bill_last_period: 'The `billLastPeriod` as written, where something else stands for the bill.',
    espi_currency: 'The `currency` of the UsageSummary, where it is no ISO 4217 code.',
    espi_information:
      'Lines of the bill that charge nothing: balances, payments, dates, rates, subtotals. Each is an object with `name` and the members that a line item has beside its own: `espi_line`, `espi_unnamed`, `espi_item_kind`, `espi_money` (like `espi_bill_to_date`), `espi_measurement`, `espi_unit_cost`, `espi_rounding`, `espi_date_time`, `espi_item_period`.',
    espi_measurements: 'Measurements that CDS has no unit for, by the name of their element.',
    espi_ratchet_demand_period: 'The `ratchetDemandPeriod`.',
    espi_quality: 'The `qualityOfReading`.',
    espi_status_time_stamp: 'The `statusTimeStamp`.',
    espi_commodity: 'The `commodity`.',
    espi_tariff_profile: 'The `tariffProfile`, a string.',
    espi_read_cycle: 'The `readCycle`, a string.',
    espi_tariff_riders: 'The rate options: `rider_type`, `enrollment_status`, `effective_date`.',
    espi_billing_charge_source: 'The `billingChargeSource`, a string.',
  },
  unions: [],
  // `cds_account_id` is required (§10.6.1): it is there even for those who may not list accounts.
  relations: {
    cds_billstatement_id: 'bill_statements',
    related_servicecontracts: 'service_contracts',
    related_servicepoints: 'service_points',
    related_meterdevices: 'meter_devices',
    related_billsections: 'bill_sections',
  },
  facets: {
    account: member('cds_account_id'),
    account_number: member('account_number'),
    bill_statement: member('cds_billstatement_id'),
    contracts: member('related_servicecontracts'),
    contract: { of: ({ related_servicecontracts: [first] }) => first },
    contract_number: {
      of: ({ related_servicecontracts: [first] }, { contractNumber }) => first && contractNumber(first),
    },
    contract_numbers: {
      of: ({ related_servicecontracts }, { contractNumber }) =>
        related_servicecontracts.flatMap((id) => contractNumber(id) ?? []),
      opened: 'include_contract_numbers',
    },
    points: member('related_servicepoints'),
    period_start: { of: ({ espi_billing_period: { start } }) => start },
    period_end: { of: ({ espi_billing_period: period }) => endOf(period) },
    start_date: member('start_date'),
    end_date: member('end_date'),
  },
  // §6.1.8: of a selected contract, and of its account.
  lineage: { account: 'account', contract: 'contracts' },
  // §10.6.9 #bill-section-list
  filters: {
    cds_billsection_ids: { facet: 'id', test: 'oneOf' },
    before: { facet: 'start_date', test: 'onOrBefore' },
    after: { facet: 'end_date', test: 'onOrAfter' },
    cds_billstatement_ids: { facet: 'bill_statement', test: 'oneOf' },
    cds_account_ids: { facet: 'account', test: 'oneOf' },
    account_numbers: { facet: 'account_number', test: 'oneOf' },
    cds_servicecontract_ids: { facet: 'contracts', test: 'sharesOne' },
    contract_numbers: { facet: 'contract_numbers', test: 'sharesOne' },
  },
  // Of several contracts the first counts. Spec silent on a missing number: the id stands in for it.
  order: [
    { by: 'account_number', orElse: 'account' },
    { by: 'contract_number', orElse: 'contract' },
    { by: 'start_date' },
    { by: 'modified' },
  ],
  range: {
    from: { field: 'start_date', facet: 'start_date' },
    to: { field: 'end_date', facet: 'end_date' },
  },
  perWindow: true,
}

function endOf({ start, duration }: BillSection['espi_billing_period']): string {
  return toDatetime(new Date(Date.parse(start) + Number(duration.toString()) * 1000))
}
