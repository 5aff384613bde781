import { syncUntil } from './fields/duration.ts'
import { formFields } from './fields/form.ts'
import {
  includeAccountDetails,
  includeAccountNumbers,
  includeAccountPrograms,
  includeContractNumbers,
  includeMeterApps,
  includeMeterDevices,
  includeMeterNumbers,
  includeRatePlans,
  includeServiceContractDetails,
  includeServicePrograms,
} from './fields/included-data.ts'
import { accountNumbers, contractNumbers, meterNumbers, serviceTypesField } from './fields/preselection.ts'
import { grantAdmin } from './grant-admin.ts'
import type { Scope } from './scope.ts'

/** CDS-WG3-01 §6.1.5 #scope-service-list */
export const serviceContracts: Scope = {
  id: 'cds_service_contracts',
  type: 'cds_service_contracts',
  group: 'consent',
  name: 'Service contracts',
  description: 'The service contracts that the customer selects, and their accounts.',
  registrationRequirements: [],
  grantAdminScope: grantAdmin.id,
  takesDetails: true,
  fields: [
    accountNumbers,
    contractNumbers,
    serviceTypesField,
    meterNumbers,
    includeAccountNumbers,
    includeAccountDetails,
    includeAccountPrograms,
    includeContractNumbers,
    includeRatePlans,
    includeServiceContractDetails,
    includeServicePrograms,
    includeMeterDevices,
    includeMeterNumbers,
    includeMeterApps,
    syncUntil,
    ...formFields,
  ],
  implied: ['include_accounts', 'include_service_contracts'],
}
