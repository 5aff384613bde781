import { serviceTypes } from '../../../cds/wire/service-contract.ts'
import type { DetailField } from '../scope.ts'

/** Lists of numbers, CDS-WG3-01 §7.1; `maximum` is the length of all strings together (CDS-WG1-02 §3.8). */
function numbers(id: string, name: string, description: string): DetailField {
  return {
    id,
    role: 'preselection',
    name,
    description,
    format: 'string_list_or_null',
    default: null,
    maximum: 100_000,
    minimum: 1,
  }
}

/** CDS-WG3-01 §7.1.1 #auth-details-account-numbers */
export const accountNumbers = numbers(
  'account_numbers',
  'Account numbers',
  'Only these accounts. On an authorization form, `_all` selects all and `_include_future` also future ones.',
)

/** CDS-WG3-01 §7.1.3 #auth-details-contract-numbers */
export const contractNumbers = numbers(
  'contract_numbers',
  'Contract numbers',
  'Only these service contracts. On an authorization form, `_all` selects all and `_include_future` also future ones.',
)

/** CDS-WG3-01 §7.1.4 #auth-details-service-types */
export const serviceTypesField: DetailField = {
  id: 'service_types',
  role: 'preselection',
  name: 'Service types',
  description: 'Only service contracts of one of these types.',
  format: 'choice_list_or_null',
  default: null,
  choices: serviceTypes.map((type) => ({
    id: type,
    name: type.replace('_', ' '),
    description: `Service contracts with the service type "${type}".`,
  })),
}

/** CDS-WG3-01 §7.1.6 #auth-details-servicepoint-numbers */
export const servicepointNumbers = numbers(
  'servicepoint_numbers',
  'Service point numbers',
  'Only these service points.',
)

/** CDS-WG3-01 §7.1.8 #auth-details-premise-numbers */
export const premiseNumbers = numbers(
  'premise_numbers',
  'Premise numbers',
  'Only service points of these premises.',
)

/** CDS-WG3-01 §7.1.9 #auth-details-meter-numbers */
export const meterNumbers = numbers('meter_numbers', 'Meter numbers', 'Only these meter devices.')
