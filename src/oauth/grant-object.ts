import type { GrantObject } from '../cds/wire/grant.ts'
import { toDatetime } from '../shared/clock.ts'
import type { Grant } from './stores.ts'
import type { Urls } from './urls.ts'

const orNull = (date: Date | null) => (date ? toDatetime(date) : null)

/** How far ahead an `eta` is that has passed without the data having come. */
const SOON_MS = 60_000

/** CDS-WG1-02 §8.1 `eta`: a time to come. One that has passed because nobody could move it says nothing, so it becomes the next minute. */
function etaOf({ status, eta }: Grant, now: Date): Date | null {
  if (status !== 'pending' || eta === null) return null
  return eta > now ? eta : new Date(now.getTime() + SOON_MS)
}

/** A grant becomes the Grant object of the wire, CDS-WG1-02 §8.1 #grant-format. */
export function toGrantObject(grant: Grant, urls: Urls, now: Date): GrantObject {
  return {
    grant_id: grant.grantId,
    uri: urls.grant(grant.grantId),
    replacing: grant.replacing.map(urls.grant),
    replaced_by: grant.replacedBy.map(urls.grant),
    parent: grant.parent,
    children: [...grant.children],
    created: toDatetime(grant.created),
    modified: toDatetime(grant.modified),
    not_before: orNull(grant.notBefore),
    not_after: orNull(grant.notAfter),
    eta: orNull(etaOf(grant, now)),
    expires: orNull(grant.expires),
    status: grant.status,
    client_id: grant.clientId,
    scope: grant.scope,
    authorization_details: [...grant.authorizationDetails],
    receipt_confirmations: [...grant.receiptConfirmations],
    states: [...grant.states],
    enabled_scope: grant.enabledScope,
    enabled_authorization_details: [...grant.enabledAuthorizationDetails],
  }
}
