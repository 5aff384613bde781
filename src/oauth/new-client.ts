import type { ClientId, RegistrationId } from '../shared/ids.ts'
import { AUTH_METHOD, groupFacts } from './scopes/groups.ts'
import type { Scope } from './scopes/scope.ts'
import type { Client, ClientStatus } from './stores.ts'
import type { Urls } from './urls.ts'

/** What of a registration all its clients share. */
export interface Registrant {
  registrationId: RegistrationId
  clientName: string | undefined
  contacts: readonly string[]
  clientUri: string | null
  logoUri: string | null
  tosUri: string | null
  policyUri: string | null
}

/** A Client Object for scopes of one group (CDS-WG1-02 §4.2 #registration-response, §5.1 #client-format). */
export function newClient(
  clientId: ClientId,
  scopes: readonly [Scope, ...Scope[]],
  made: { registrant: Registrant; status: ClientStatus; created: Date; urls: Urls },
): Client {
  const [{ group }] = scopes
  const { responseTypes, grantTypes } = groupFacts[group]
  const scope = scopes.map(({ id }) => id).join(' ')
  const defaultRedirectUri = responseTypes.length > 0 ? made.urls.defaultRedirect(clientId) : null
  const { clientName, ...shared } = made.registrant
  return {
    ...shared,
    clientId,
    clientName: clientName ?? clientId,
    scope,
    redirectUris: defaultRedirectUri === null ? [] : [defaultRedirectUri],
    responseTypes,
    grantTypes,
    tokenEndpointAuthMethod: AUTH_METHOD,
    authorizationDetailsTypes: scopes.filter(({ takesDetails }) => takesDetails).map(({ id }) => id),
    status: made.status,
    // §5.1: the admin client cannot lock itself out.
    statusOptions: group === 'client_admin' ? [made.status] : [made.status, 'disabled'],
    defaultScope: defaultRedirectUri === null ? null : scope,
    defaultRedirectUri,
    defaultAuthorizationDetails: defaultRedirectUri === null ? null : [],
    disabledAt: null,
    created: made.created,
    modified: made.created,
  }
}
