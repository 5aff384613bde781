import { billStatements } from './bill-statements.ts'
import { clientAdmin } from './client-admin.ts'
import { grantAdmin } from './grant-admin.ts'
import { queryAccounts } from './query-accounts.ts'
import { queryBillSections } from './query-bill-sections.ts'
import { queryBillStatements } from './query-bill-statements.ts'
import { queryMeterDevices } from './query-meter-devices.ts'
import { queryServiceContracts } from './query-service-contracts.ts'
import { queryServicePoints } from './query-service-points.ts'
import { queryUsage } from './query-usage.ts'
import { ratePlan } from './rate-plan.ts'
import type { Scope } from './scope.ts'
import { serviceBills } from './service-bills.ts'
import { serviceContracts } from './service-contracts.ts'
import { usage } from './usage.ts'

/** Every scope that we offer, by id. */
export const scopes: ReadonlyMap<string, Scope> = new Map(
  [
    clientAdmin,
    grantAdmin,
    usage,
    ratePlan,
    serviceContracts,
    billStatements,
    serviceBills,
    queryAccounts,
    queryServiceContracts,
    queryServicePoints,
    queryMeterDevices,
    queryBillStatements,
    queryBillSections,
    queryUsage,
  ].map((scope) => [scope.id, scope]),
)

/** A scope string becomes its ids, each once (RFC 6749 §3.3). */
export function scopeIds(scope: string): string[] {
  return [...new Set(scope.split(' ').filter((id) => id !== ''))]
}
