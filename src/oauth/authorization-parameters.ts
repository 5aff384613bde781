import { checks } from './checks.ts'
import type { Moment } from './details/check-field.ts'
import { type RequestedScope, toRequestedScopes } from './details/requested-scopes.ts'
import { OAuthError } from './errors.ts'
import { need, type Parameters, readAuthorizationDetails } from './parameters.ts'
import type { Client, ClientStore } from './stores.ts'

const LONGEST_STATE = 4096

/** Whom an answer goes to. */
export interface Recipient {
  client: Client
  redirectUri: string
  redirectUriGiven: boolean
}

/**
 * The client, and where to send the customer back. What is wrong here is shown to the customer, never redirected (RFC 6749
 * §4.1.2.1, CDS-WG3-01 §9.3.2 #request-error).
 */
export async function findRecipient(
  parameters: Parameters,
  { clients }: { clients: Pick<ClientStore, 'find'> },
): Promise<Recipient> {
  const client = await clients.find(need(parameters, 'client_id'))
  if (!client || client.status === 'disabled' || client.defaultRedirectUri === null) {
    throw new OAuthError('invalid_request', 'client_id is not a client that may ask for authorization')
  }
  const given = parameters.redirect_uri
  // RFC 9700 §2.1: compared as exact strings.
  if (given !== undefined && !client.redirectUris.includes(given)) {
    throw new OAuthError('invalid_request', 'redirect_uri is not one of the redirect URIs of the client')
  }
  // Sent back with every answer, so it is refused here, where nothing is sent back.
  if ((parameters.state ?? '').length > LONGEST_STATE) {
    throw new OAuthError('invalid_request', `state must not be longer than ${LONGEST_STATE} characters`)
  }
  if (need(parameters, 'response_type') !== 'code') {
    throw new OAuthError('unsupported_response_type', 'response_type must be code')
  }
  return {
    client,
    redirectUri: given ?? client.defaultRedirectUri,
    redirectUriGiven: given !== undefined,
  }
}

/**
 * Everything else of the request. Left out, `scope` and `authorization_details` are the client's defaults (CDS-WG3-01 §9.1.1
 * #auth-requests). What is wrong here goes back to the client.
 */
export function readRequest(
  endpoint: keyof typeof checks,
  parameters: Parameters,
  client: Client,
  moment: Moment,
): RequestedScope[] {
  const requested = toRequestedScopes(
    {
      scope: parameters.scope ?? client.defaultScope ?? '',
      authorizationDetails: readAuthorizationDetails(parameters) ?? client.defaultAuthorizationDetails ?? [],
    },
    client,
    moment,
  )
  for (const check of checks[endpoint]) check(parameters, requested)
  return requested
}
