import type { Utility } from './client.ts'

export interface AuthorizeRequest {
  /** The ESPI scope string, from `scope-map`. */
  scope: string
  state: string
  redirectUri: string
}

/** Where the customer's browser goes to authorize us at the utility, RFC 6749 §4.1.1. No PKCE: ESPI 4.0 has none. */
export function authorizeUrl({ profile, client }: Utility, request: AuthorizeRequest): URL {
  const url = new URL(profile.authorizeUrl)
  url.searchParams.set('response_type', 'code')
  url.searchParams.set('client_id', client.clientId)
  url.searchParams.set('redirect_uri', request.redirectUri)
  url.searchParams.set('scope', request.scope)
  url.searchParams.set('state', request.state)
  return url
}
