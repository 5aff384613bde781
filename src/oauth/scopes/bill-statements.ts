import { statementDateEnd, statementDateStart, syncUntil } from './fields/duration.ts'
import { formFields } from './fields/form.ts'
import { includeBillStatementCharges } from './fields/included-data.ts'
import { accountNumbers, contractNumbers, meterNumbers } from './fields/preselection.ts'
import { grantAdmin } from './grant-admin.ts'
import type { Scope } from './scope.ts'

/** CDS-WG3-01 §6.1.7 #scope-bill-statements. Divergence: the customer selects service contracts, and with them their accounts. */
export const billStatements: Scope = {
  id: 'cds_bill_statements',
  type: 'cds_bill_statements',
  group: 'consent',
  name: 'Bill statements',
  description: 'The bill statements of the accounts that the customer selects, and these accounts.',
  registrationRequirements: [],
  grantAdminScope: grantAdmin.id,
  takesDetails: true,
  fields: [
    accountNumbers,
    contractNumbers,
    meterNumbers,
    includeBillStatementCharges,
    statementDateStart,
    statementDateEnd,
    syncUntil,
    ...formFields,
  ],
  implied: ['include_bill_statements', 'include_accounts', 'include_account_numbers'],
}
