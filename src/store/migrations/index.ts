import type { Migration } from 'kysely/migration'
import { oauth } from './0001-oauth.ts'
import { utilityAuthorizations } from './0002-utility-authorizations.ts'
import { customerData } from './0003-customer-data.ts'
import { syncState } from './0004-sync-state.ts'
import { signInsAndTokenLeases } from './0005-sign-ins-and-token-leases.ts'
import { tokenFamiliesAndLimits } from './0006-token-families-and-limits.ts'
import { factsPerAuthorization } from './0007-facts-per-authorization.ts'
import { grantAuthorizations } from './0008-grant-authorizations.ts'
import { accessVersions } from './0009-access-versions.ts'

/**
 * Every migration in the order it runs. A migration that has landed is never edited. `partitions`: how many parts the tables of customer
 * data get when they are made; with 1 they are plain tables.
 */
export const migrations = (partitions: number): Record<string, Migration> => ({
  '0001-oauth': oauth,
  '0002-utility-authorizations': utilityAuthorizations,
  '0003-customer-data': customerData,
  '0004-sync-state': syncState,
  '0005-sign-ins-and-token-leases': signInsAndTokenLeases,
  '0006-token-families-and-limits': tokenFamiliesAndLimits,
  '0007-facts-per-authorization': factsPerAuthorization(partitions),
  '0008-grant-authorizations': grantAuthorizations,
  '0009-access-versions': accessVersions,
})
