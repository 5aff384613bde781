import { statementDateEnd, statementDateStart, syncUntil } from './fields/duration.ts'
import { includeBillStatementCharges } from './fields/included-data.ts'
import { accountNumbers, contractNumbers } from './fields/preselection.ts'
import { queryScope } from './query-scope.ts'

/** CDS-WG3-01 §6.2.5 #scope-bill-statements-query */
export const queryBillStatements = queryScope({
  id: 'cds_query_bill_statements',
  name: 'Query bill statements',
  description: 'The bill statements linked to the client.',
  fields: [
    accountNumbers,
    contractNumbers,
    includeBillStatementCharges,
    statementDateStart,
    statementDateEnd,
    syncUntil,
  ],
  implied: ['include_bill_statements'],
})
