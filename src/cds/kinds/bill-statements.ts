import type { BillStatement } from '../wire/bill-statement.ts'
import { type Kind, member } from './kind.ts'

/** CDS-WG3-01 §10.5 #bill-statements-api */
export const billStatements: Kind<BillStatement> = {
  name: 'bill_statements',
  title: 'Bill Statement',
  translated: 'billStatements',
  path: '/bill-statements',
  api: 'cds_billstatement_api',
  idMember: 'cds_billstatement_id',
  addedBy: 'include_bill_statements',
  // §7.2.5.1 to §7.2.5.3. The number of the account is part of every bill (§10.5.1).
  opened: {
    file_uri: 'include_bill_statement_files',
    file_mimetype: 'include_bill_statement_files',
    previous_balance_amount: 'include_bill_statement_charges',
    previous_balance_paid: 'include_bill_statement_charges',
    previous_balance_unpaid: 'include_bill_statement_charges',
    new_charges_amount: 'include_bill_statement_charges',
    new_charges: 'include_bill_statement_charges',
    new_balance_amount: 'include_bill_statement_charges',
    account_programs: 'include_bill_statement_programs',
    espi_statement_date_source: 'include_bill_statements',
  },
  meanings: {
    espi_statement_date_source:
      'Where `statement_date` was found: `line_item`, a line of the bill; `billing_period_end`, no line tells it, and it is the day after the billing period.',
  },
  unions: [],
  // `cds_account_id` is required (§10.5.1): it is there even for those who may not list accounts.
  relations: { 'new_charges.related_billsections': 'bill_sections' },
  facets: {
    account: member('cds_account_id'),
    account_number: member('account_number'),
    statement_date: member('statement_date'),
  },
  lineage: { account: 'account' },
  // §10.5.4 #bill-statement-list
  filters: {
    cds_billstatement_ids: { facet: 'id', test: 'oneOf' },
    before: { facet: 'statement_date', test: 'onOrBefore' },
    after: { facet: 'statement_date', test: 'onOrAfter' },
    cds_account_ids: { facet: 'account', test: 'oneOf' },
    account_numbers: { facet: 'account_number', test: 'oneOf' },
  },
  order: [{ by: 'statement_date', descending: true }, { by: 'modified' }],
  range: {
    from: { field: 'statement_date_start', facet: 'statement_date' },
    to: { field: 'statement_date_end', facet: 'statement_date' },
  },
  perWindow: true,
}
