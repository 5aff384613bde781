import { scopeIds } from './scopes/index.ts'
import type { Client, Grant, GrantStatus } from './stores.ts'

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

/** Whether the grant may give access at some time, whatever the clock says. */
export function mayOpen(
  grant: Pick<Grant, 'status' | 'scope'>,
  client: Pick<Client, 'status' | 'scope'> | undefined,
): boolean {
  return !closedStatuses.has(grant.status) && mayUse(grant.scope, client)
}

/** Whether a client may use these scopes: it has each of them, and is not disabled (CDS-WG1-02 §5.2 #client-statuses). */
export function mayUse(scope: string, client: Pick<Client, 'status' | 'scope'> | undefined): boolean {
  if (!client || client.status === 'disabled') return false
  const held = new Set(scopeIds(client.scope))
  return scopeIds(scope).every((id) => held.has(id))
}

/** Whether a token opens this grant at this moment, whoever holds it: its status, and the client that it was given to, decide. */
export function opens(
  grant: Pick<Grant, 'status' | 'expires' | 'notBefore' | 'scope'>,
  client: Pick<Client, 'status' | 'scope'> | undefined,
  now: Date,
): boolean {
  return givesAccess(grant, now) && mayUse(grant.scope, client)
}
