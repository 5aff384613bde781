import { endDate, startDate, syncUntil } from './fields/duration.ts'
import { includeBillSectionLineItems, includeContractNumbers } from './fields/included-data.ts'
import { accountNumbers, contractNumbers, serviceTypesField } from './fields/preselection.ts'
import { queryScope } from './query-scope.ts'

/** CDS-WG3-01 §6.2.6 #scope-bill-sections-query. Contract numbers are no members of bill sections, but filter them (§10.6.9). */
export const queryBillSections = queryScope({
  id: 'cds_query_bill_sections',
  name: 'Query bill sections',
  description: 'The bill sections linked to the client.',
  fields: [
    accountNumbers,
    contractNumbers,
    serviceTypesField,
    includeContractNumbers,
    includeBillSectionLineItems,
    startDate,
    endDate,
    syncUntil,
  ],
  implied: ['include_bill_sections'],
})
