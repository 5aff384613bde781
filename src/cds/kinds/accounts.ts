import type { Account } from '../wire/account.ts'
import { type Kind, member } from './kind.ts'

/** CDS-WG3-01 §10.1 #accounts-api */
export const accounts: Kind<Account> = {
  name: 'accounts',
  title: 'Account',
  translated: 'accounts',
  path: '/accounts',
  api: 'cds_accounts_api',
  idMember: 'cds_account_id',
  addedBy: 'include_accounts',
  // §7.2.1.1 to §7.2.1.3
  opened: {
    customer_number: 'include_account_numbers',
    account_number: 'include_account_numbers',
    account_entity: 'include_account_numbers',
    account_name: 'include_account_details',
    account_address: 'include_account_details',
    account_types: 'include_account_details',
    account_status: 'include_account_details',
    account_contacts: 'include_account_details',
    account_programs: 'include_account_programs',
    espi_customer: 'include_account_details',
    espi_customer_account: 'include_account_details',
  },
  meanings: {
    espi_customer: 'The Customer.',
    espi_customer_account: 'The CustomerAccount, but its number.',
  },
  unions: ['account_types'],
  relations: { cds_account_parent: 'accounts' },
  facets: {
    customer_number: member('customer_number', 'include_account_numbers'),
    account_number: member('account_number', 'include_account_numbers'),
    account_status: member('account_status', 'include_account_details'),
    account_address: member('account_address', 'include_account_details'),
    account_name: member('account_name', 'include_account_details'),
    contacts: {
      of: ({ account_contacts = [] }) => account_contacts.map(({ value }) => value),
      opened: 'include_account_details',
    },
    programs: {
      of: ({ account_programs = [] }) => account_programs.map(({ program_number }) => program_number),
      opened: 'include_account_programs',
    },
  },
  lineage: { account: 'id' },
  // §10.1.10 #accounts-list
  filters: {
    cds_account_ids: { facet: 'id', test: 'oneOf' },
    customer_numbers: { facet: 'customer_number', test: 'oneOf' },
    account_numbers: { facet: 'account_number', test: 'oneOf' },
    account_statuses: { facet: 'account_status', test: 'oneOf' },
  },
  search: [
    'id',
    'customer_number',
    'account_number',
    'account_address',
    'account_name',
    'contacts',
    'programs',
  ],
  order: [{ by: 'modified' }],
}
