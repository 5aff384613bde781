import { syncUntil } from './fields/duration.ts'
import {
  includeAccountDetails,
  includeAccountNumbers,
  includeAccountPrograms,
  includeContractNumbers,
  includeRatePlans,
  includeServiceContractDetails,
  includeServicePrograms,
} from './fields/included-data.ts'
import { accountNumbers, contractNumbers, serviceTypesField } from './fields/preselection.ts'
import { queryScope } from './query-scope.ts'

/** CDS-WG3-01 §6.2.2 #scope-service-contracts-query */
export const queryServiceContracts = queryScope({
  id: 'cds_query_service_contracts',
  name: 'Query service contracts',
  description: 'The service contracts linked to the client, and their accounts.',
  fields: [
    accountNumbers,
    contractNumbers,
    serviceTypesField,
    includeAccountNumbers,
    includeAccountDetails,
    includeAccountPrograms,
    includeContractNumbers,
    includeRatePlans,
    includeServiceContractDetails,
    includeServicePrograms,
    syncUntil,
  ],
  implied: ['include_accounts', 'include_service_contracts'],
})
