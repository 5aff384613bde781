import type { Grant, GrantStatus } from './stores.ts'

/** CDS-WG1-02 §8.2 #grant-statuses, its last paragraph: these give access to nothing. */
export const closedStatuses: ReadonlySet<GrantStatus> = new Set([
  'future',
  'disabled',
  'suspended',
  'revoked',
  'closed',
  'expired',
])

/** A grant in one of these statuses never changes again. */
export const endedStatuses: ReadonlySet<GrantStatus> = new Set(['disabled', 'revoked', 'closed', 'expired'])

/** Whether the grant gives access at this moment. A `pending` one does, to what is loaded already (§8.2). */
export function givesAccess(grant: Pick<Grant, 'status' | 'expires' | 'notBefore'>, now: Date): boolean {
  if (closedStatuses.has(grant.status)) return false
  if (grant.notBefore && grant.notBefore > now) return false
  return !grant.expires || grant.expires > now
}
