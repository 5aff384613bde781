import { syncUntil } from './fields/duration.ts'
import {
  includeAccountDetails,
  includeAccountNumbers,
  includeAccountPrograms,
} from './fields/included-data.ts'
import { accountNumbers } from './fields/preselection.ts'
import { queryScope } from './query-scope.ts'

/** CDS-WG3-01 §6.2.1 #scope-accounts-query */
export const queryAccounts = queryScope({
  id: 'cds_query_accounts',
  name: 'Query accounts',
  description: 'The accounts linked to the client.',
  fields: [accountNumbers, includeAccountNumbers, includeAccountDetails, includeAccountPrograms, syncUntil],
  implied: ['include_accounts'],
})
