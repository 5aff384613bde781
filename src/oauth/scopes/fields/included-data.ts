import { additionalValueTypes } from '../../../translate/usage/additional-value-types.ts'
import type { Choice, DetailField } from '../scope.ts'

/** A switch of CDS-WG3-01 §7.2 #auth-details-included-data. Spec silent on the default: nothing extra unless asked for. */
function include(id: string, name: string, description: string): DetailField {
  return { id, role: 'included_data', name, description, format: 'boolean', default: false }
}

/** CDS-WG3-01 §7.2.1 #auth-details-include-accounts */
export const includeAccounts = include('include_accounts', 'Accounts', 'Also the related accounts.')

/** CDS-WG3-01 §7.2.1.1 #auth-details-include-account-numbers */
export const includeAccountNumbers = include(
  'include_account_numbers',
  'Account numbers',
  'Customer and account numbers, and the entity behind an account.',
)

/** CDS-WG3-01 §7.2.1.2 #auth-details-include-account-details */
export const includeAccountDetails = include(
  'include_account_details',
  'Account details',
  'Name, address, types, status and contacts of accounts.',
)

/** CDS-WG3-01 §7.2.1.3 #auth-details-include-account-programs */
export const includeAccountPrograms = include(
  'include_account_programs',
  'Account programs',
  'Programs that accounts take part in.',
)

/** CDS-WG3-01 §7.2.2 #auth-details-include-service-contracts */
export const includeServiceContracts = include(
  'include_service_contracts',
  'Service contracts',
  'Also the related service contracts.',
)

/** CDS-WG3-01 §7.2.2.1 #auth-details-include-contract-numbers */
export const includeContractNumbers = include(
  'include_contract_numbers',
  'Contract numbers',
  'Contract numbers, and the entity behind a service contract.',
)

/** CDS-WG3-01 §7.2.2.2 #auth-details-include-rate-plans */
export const includeRatePlans = include(
  'include_rate_plans',
  'Rate plans',
  'Code and name of the rate plan of service contracts.',
)

/** CDS-WG3-01 §7.2.2.3 #auth-details-include-contract-details */
export const includeServiceContractDetails = include(
  'include_service_contract_details',
  'Service contract details',
  'Address, start and end of service contracts.',
)

/** CDS-WG3-01 §7.2.2.4 #auth-details-include-service-programs */
export const includeServicePrograms = include(
  'include_service_programs',
  'Service programs',
  'Programs that service contracts take part in.',
)

/** CDS-WG3-01 §7.2.3 #auth-details-include-service-points */
export const includeServicePoints = include(
  'include_service_points',
  'Service points',
  'Also the related service points.',
)

/** CDS-WG3-01 §7.2.3.1 #auth-details-include-premises */
export const includePremises = include('include_premises', 'Premises', 'Premises of service points.')

/** CDS-WG3-01 §7.2.3.2 #auth-details-include-service-point-addresses */
export const includeServicePointAddresses = include(
  'include_service_point_addresses',
  'Service point addresses',
  'Addresses of service points.',
)

/** CDS-WG3-01 §7.2.3.3 #auth-details-include-coordinates */
export const includeCoordinates = include(
  'include_coordinates',
  'Coordinates',
  'Latitude and longitude of service points.',
)

/** CDS-WG3-01 §7.2.4 #auth-details-include-meter-devices */
export const includeMeterDevices = include(
  'include_meter_devices',
  'Meter devices',
  'Also the related meter devices.',
)

/** CDS-WG3-01 §7.2.4.1 #auth-details-include-meter-numbers */
export const includeMeterNumbers = include(
  'include_meter_numbers',
  'Meter numbers',
  'Numbers of meter devices.',
)

/** CDS-WG3-01 §7.2.4.2 #auth-details-include-meter-apps */
export const includeMeterApps = include('include_meter_apps', 'Meter apps', 'Apps on meter devices.')

/** CDS-WG3-01 §7.2.5 #auth-details-include-bill-statements */
export const includeBillStatements = include(
  'include_bill_statements',
  'Bill statements',
  'Also the bill statements of the related accounts.',
)

/** CDS-WG3-01 §7.2.5.2 #auth-details-include-bill-statement-charges. Its siblings for files and programs are not offered: Green Button tells neither. */
export const includeBillStatementCharges = include(
  'include_bill_statement_charges',
  'Bill statement charges',
  'Balances and new charges of bill statements.',
)

/** CDS-WG3-01 §7.2.6 #auth-details-include-bill-sections */
export const includeBillSections = include(
  'include_bill_sections',
  'Bill sections',
  'Also the related bill sections.',
)

/** CDS-WG3-01 §7.2.6.1 #auth-details-include-bill-section-line-items */
export const includeBillSectionLineItems = include(
  'include_bill_section_line_items',
  'Bill section line items',
  'The single lines of bill sections.',
)

/** CDS-WG3-01 §7.2.8 #auth-details-include-usage-segments */
export const includeUsageSegments = include(
  'include_usage_segments',
  'Usage segments',
  'Also the related usage segments.',
)

function valueType(id: string, name: string, units: string): Choice {
  return {
    id,
    name,
    description: `Values of the type "${id}".`,
    usagesegmentFormat: { id, type: id, units },
  }
}

/**
 * CDS-WG3-01 §10.8.5, the value types that a Green Button feed can hold. Divergence: §7.2.8.1 names whole value
 * formats; units, direction and quality are known only when a feed has been read, so a choice names a value type.
 */
export const valueTypeChoices: readonly Choice[] = [
  valueType('electric_usage', 'Electric usage', 'kWh'),
  valueType('electric_demand', 'Electric demand', 'kW'),
  valueType('water_usage', 'Water usage', 'm3'),
  valueType('natural_gas_usage', 'Natural gas usage', 'therm'),
  {
    id: 'cost',
    name: 'Interval cost',
    description: 'Values of the type "cost".',
    usagesegmentFormat: { id: 'cost', type: 'cost' },
  },
  {
    id: 'meter_readings',
    name: 'Meter readings',
    description: 'Values of the type "meter_readings".',
    usagesegmentFormat: { id: 'meter_readings', type: 'meter_readings' },
  },
  ...additionalValueTypes.map(({ type, name, description }) => ({
    id: type,
    name,
    description,
    usagesegmentFormat: { id: type, type },
  })),
]

/** CDS-WG3-01 §7.2.8.1 #auth-details-include-usage-segment-value-types */
export const includeUsageSegmentValueTypes: DetailField = {
  id: 'include_usage_segment_value_types',
  role: 'included_data',
  name: 'Value types',
  description: 'Which kinds of values usage segments hold; null leaves the values out.',
  format: 'choice_list_or_null',
  default: valueTypeChoices.map(({ id }) => id),
  choices: valueTypeChoices,
}
