import type { GrantObject } from '../cds/wire/grant.ts'
import { toDatetime } from '../shared/clock.ts'
import type { Grant } from './stores.ts'
import type { Urls } from './urls.ts'

const orNull = (date: Date | null) => (date ? toDatetime(date) : null)

/** A grant becomes the Grant object of the wire, CDS-WG1-02 §8.1 #grant-format. */
export function toGrantObject(grant: Grant, urls: Urls): GrantObject {
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
    eta: grant.status === 'pending' ? orNull(grant.eta) : null,
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
