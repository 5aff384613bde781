import type { Access } from './access.ts'
import { OAuthError } from './errors.ts'
import { givesAccess, mayUse } from './grant-access.ts'
import type { AccessKind, Grant, HeldAccess } from './stores.ts'

const NEEDED: Record<AccessKind, string> = {
  client_admin: 'this API needs a token with the scope cds_client_admin',
  customer_data: 'this API needs a token for customer data, not one for client administration',
}

/** Of what a token holds, what it opens at this moment at this kind of API; a token that opens nothing is refused (RFC 6750 §3.1). */
export function openAccess(
  held: HeldAccess | undefined,
  { kind, now }: { kind: AccessKind; now: Date },
): Access {
  if (!held || held.expiresAt <= now) throw notValid()
  if (held.kind !== kind) throw new OAuthError('insufficient_scope', NEEDED[kind])
  if (!mayUse(held.scope, held.client)) throw notValid()
  const grants = openGrants(held, now)
  return {
    kind,
    clientId: held.client.clientId,
    registrationId: held.client.registrationId,
    grantIds: grants.map(({ grantId }) => grantId),
    grants,
    scope: held.scope.split(' '),
    gate: { clientId: held.client.clientId, version: null },
  }
}

/** The refusal of a token that is not there any more, or never was. */
export function notValid(): OAuthError {
  return new OAuthError('invalid_token', 'the access token is unknown, expired or revoked: get a new one')
}

/** CDS-WG1-02 §8.2 #grant-statuses: which grants of the token still give access. None left: the token is dead. */
function openGrants({ kind, grants }: HeldAccess, now: Date): readonly Grant[] {
  if (kind !== 'customer_data') return []
  const open = grants.filter((grant) => givesAccess(grant, now))
  if (open.length === 0) throw notValid()
  // The same list as long as nothing ends, so that what is made of it can be kept with it.
  return open.length === grants.length ? grants : open
}
