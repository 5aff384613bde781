import type { Clock } from '../shared/clock.ts'
import type { CustomerSignIn } from './consent/customer-sign-in.ts'
import type { Grant, GrantStore } from './stores.ts'

export interface BeginSyncDeps {
  customerSignIn: Pick<CustomerSignIn, 'startSync'>
  grants: Pick<GrantStore, 'find' | 'update'>
  clock: Clock
}

/** Begins to load a new grant's data; its `eta` is the latest of its authorizations' (CDS-WG3-01 §6 #scopes). */
export async function beginSync(grant: Grant, deps: BeginSyncDeps): Promise<Grant> {
  const started = await Promise.all(
    grant.utilityAuthorizationIds.map((id) => deps.customerSignIn.startSync(id)),
  )
  const eta = new Date(Math.max(...started.map((sync) => sync.eta.getTime())))
  const current = (await deps.grants.find(grant.grantId)) ?? grant
  // The sync may have been quicker, and settled the grant.
  if (current.status !== 'pending') return current
  return deps.grants.update(grant.grantId, { eta }, deps.clock.now())
}
