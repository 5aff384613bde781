import type { ServiceContract } from '../wire/service-contract.ts'
import { type Kind, member } from './kind.ts'

/** CDS-WG3-01 §10.2 #service-contracts-api */
export const serviceContracts: Kind<ServiceContract> = {
  name: 'service_contracts',
  title: 'Service Contract',
  translated: 'serviceContracts',
  path: '/service-contracts',
  api: 'cds_servicecontracts_api',
  idMember: 'cds_servicecontract_id',
  addedBy: 'include_service_contracts',
  // §7.2.2.1 to §7.2.2.4
  opened: {
    account_number: 'include_account_numbers',
    contract_number: 'include_contract_numbers',
    contract_entity: 'include_contract_numbers',
    contract_address: 'include_service_contract_details',
    contract_start: 'include_service_contract_details',
    contract_end: 'include_service_contract_details',
    rateplan_code: 'include_rate_plans',
    rateplan_name: 'include_rate_plans',
    service_programs: 'include_service_programs',
    espi_customer_agreement: 'include_service_contract_details',
    espi_service_suppliers: 'include_contract_numbers',
    espi_pricing_structures: 'include_rate_plans',
    espi_tariff_profiles: 'include_rate_plans',
    espi_tariff_riders: 'include_rate_plans',
    espi_demand_response_programs: 'include_service_programs',
    espi_program_date_mappings: 'include_service_programs',
  },
  meanings: {
    espi_customer_agreement: 'The CustomerAgreement, but its number and programs.',
    espi_service_suppliers: 'The ServiceSuppliers.',
    espi_pricing_structures:
      'The PricingStructures, an array of strings; empty where the rate plan is a `tariffProfile`.',
    espi_tariff_profiles:
      'The `tariffProfile` of each usage point, an array of strings, where the rate plan does not say them.',
    espi_tariff_riders: 'The rate options: `rider_type`, `enrollment_status`, `effective_date`.',
    espi_demand_response_programs: 'The DemandResponsePrograms.',
    espi_program_date_mappings: 'The ProgramDateIdMappings.',
  },
  unions: ['contract_types', 'service_types'],
  relations: {},
  facets: {
    account: member('cds_account_id'),
    account_number: member('account_number', 'include_account_numbers'),
    contract_number: member('contract_number', 'include_contract_numbers'),
    contract_status: member('contract_status'),
    contract_types: { ...member('contract_types'), union: true },
    service_types: { ...member('service_types'), union: true },
    contract_address: member('contract_address', 'include_service_contract_details'),
    rateplan_code: member('rateplan_code', 'include_rate_plans'),
    rateplan_name: member('rateplan_name', 'include_rate_plans'),
    programs: {
      of: ({ service_programs = [] }) => service_programs.map(({ program_number }) => program_number),
      opened: 'include_service_programs',
    },
  },
  lineage: { contract: 'id' },
  // §10.2.7 #service-contract-list
  filters: {
    cds_servicecontract_ids: { facet: 'id', test: 'oneOf' },
    account_numbers: { facet: 'account_number', test: 'oneOf' },
    contract_numbers: { facet: 'contract_number', test: 'oneOf' },
    contract_statuses: { facet: 'contract_status', test: 'oneOf' },
    contract_types: { facet: 'contract_types', test: 'sharesOne' },
    service_types: { facet: 'service_types', test: 'sharesOne' },
  },
  search: [
    'id',
    'account_number',
    'contract_number',
    'contract_address',
    'rateplan_code',
    'rateplan_name',
    'programs',
  ],
  order: [{ by: 'modified' }],
}
