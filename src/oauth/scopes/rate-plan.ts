import { syncUntil } from './fields/duration.ts'
import { formFields } from './fields/form.ts'
import {
  includeAccountNumbers,
  includeAccounts,
  includeContractNumbers,
  includeMeterDevices,
  includeMeterNumbers,
} from './fields/included-data.ts'
import { accountNumbers, contractNumbers, meterNumbers, serviceTypesField } from './fields/preselection.ts'
import { grantAdmin } from './grant-admin.ts'
import type { Scope } from './scope.ts'

/** CDS-WG3-01 §6.1.1 #scope-rate-plan */
export const ratePlan: Scope = {
  id: 'cds_rate_plan',
  type: 'cds_rate_plan',
  group: 'consent',
  name: 'Rate plan',
  description: 'The rate plans of the service contracts that the customer selects.',
  registrationRequirements: [],
  grantAdminScope: grantAdmin.id,
  takesDetails: true,
  fields: [
    accountNumbers,
    contractNumbers,
    serviceTypesField,
    meterNumbers,
    includeContractNumbers,
    includeAccounts,
    includeAccountNumbers,
    includeMeterDevices,
    includeMeterNumbers,
    syncUntil,
    ...formFields,
  ],
  implied: ['include_service_contracts', 'include_rate_plans'],
}
