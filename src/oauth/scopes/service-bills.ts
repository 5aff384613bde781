import { endDate, startDate, statementDateEnd, statementDateStart, syncUntil } from './fields/duration.ts'
import { formFields } from './fields/form.ts'
import {
  includeBillSectionLineItems,
  includeBillStatementCharges,
  includeBillStatements,
  includeMeterDevices,
  includeMeterNumbers,
  includeServicePoints,
} from './fields/included-data.ts'
import { accountNumbers, contractNumbers, meterNumbers, serviceTypesField } from './fields/preselection.ts'
import { grantAdmin } from './grant-admin.ts'
import type { Scope } from './scope.ts'

/** CDS-WG3-01 §6.1.8 #scope-service-bills. Divergence: the customer selects service contracts, never accounts. */
export const serviceBills: Scope = {
  id: 'cds_service_bills',
  type: 'cds_service_bills',
  group: 'consent',
  name: 'Service bills',
  description: 'What was billed for the service contracts that the customer selects, and their accounts.',
  registrationRequirements: [],
  grantAdminScope: grantAdmin.id,
  takesDetails: true,
  fields: [
    accountNumbers,
    contractNumbers,
    serviceTypesField,
    meterNumbers,
    includeBillSectionLineItems,
    includeBillStatements,
    includeBillStatementCharges,
    includeServicePoints,
    includeMeterDevices,
    includeMeterNumbers,
    startDate,
    endDate,
    statementDateStart,
    statementDateEnd,
    syncUntil,
    ...formFields,
  ],
  implied: [
    'include_bill_sections',
    'include_accounts',
    'include_account_numbers',
    'include_service_contracts',
    'include_contract_numbers',
  ],
}
