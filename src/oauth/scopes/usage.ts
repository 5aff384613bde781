import { endDate, segmentEnd, segmentStart, startDate, syncUntil } from './fields/duration.ts'
import { formFields } from './fields/form.ts'
import {
  includeAccountNumbers,
  includeAccounts,
  includeBillSectionLineItems,
  includeBillSections,
  includeContractNumbers,
  includeCoordinates,
  includeMeterDevices,
  includeMeterNumbers,
  includePremises,
  includeServiceContracts,
  includeServicePointAddresses,
  includeServicePoints,
  includeUsageSegmentValueTypes,
} from './fields/included-data.ts'
import {
  accountNumbers,
  contractNumbers,
  meterNumbers,
  premiseNumbers,
  servicepointNumbers,
  serviceTypesField,
} from './fields/preselection.ts'
import { grantAdmin } from './grant-admin.ts'
import { type Scope, withDefault } from './scope.ts'

/** CDS-WG3-01 §6.1.9 #scope-meter-usage */
export const usage: Scope = {
  id: 'cds_usage',
  type: 'cds_usage',
  group: 'consent',
  name: 'Meter usage',
  description: 'The usage of the service contracts that the customer selects.',
  registrationRequirements: [],
  grantAdminScope: grantAdmin.id,
  takesDetails: true,
  fields: [
    accountNumbers,
    contractNumbers,
    serviceTypesField,
    servicepointNumbers,
    premiseNumbers,
    meterNumbers,
    includeAccounts,
    includeAccountNumbers,
    includeServiceContracts,
    includeContractNumbers,
    includeServicePoints,
    includePremises,
    includeServicePointAddresses,
    includeCoordinates,
    withDefault(includeMeterDevices, true),
    includeMeterNumbers,
    includeUsageSegmentValueTypes,
    includeBillSections,
    includeBillSectionLineItems,
    segmentStart,
    segmentEnd,
    startDate,
    endDate,
    syncUntil,
    ...formFields,
  ],
  implied: ['include_usage_segments'],
}
