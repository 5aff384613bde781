import { z } from 'zod'
import type { Dialect } from '../dialect.ts'
import type { SandboxClient } from '../options.ts'
import { isGrantable, parseScope } from '../scope.ts'
import type { AuthorizationRequest } from './transactions.ts'

const Query = z.object({
  response_type: z.string().optional(),
  client_id: z.string(),
  redirect_uri: z.string(),
  scope: z.string().optional(),
  state: z.string().optional(),
})

/** A request that can go on, one to be answered at the client, or one that only the person can be told about. */
export type CheckedRequest =
  | { readonly request: AuthorizationRequest }
  | { readonly redirect: URL }
  | { readonly fault: string }

/**
 * Checks an authorization request, RFC 6749 §4.1.1. With a wrong client or redirect URI the browser is not sent on
 * (§4.1.2.1); anything else the client is told.
 */
export function checkAuthorizationRequest(
  query: unknown,
  clients: readonly SandboxClient[],
  dialect: Dialect,
): CheckedRequest {
  const parsed = Query.safeParse(query)
  if (!parsed.success) return { fault: 'The link lacks client_id or redirect_uri, or has one of them twice.' }
  const { client_id, redirect_uri, response_type, scope: scopeText = '', state } = parsed.data
  const client = clients.find(({ clientId }) => clientId === client_id)
  if (!client) return { fault: 'No application with this client_id is registered here.' }
  if (!client.redirectUris.includes(redirect_uri)) {
    return { fault: 'The redirect_uri is not registered for this application.' }
  }
  if (response_type !== 'code')
    return { redirect: errorUrl(redirect_uri, 'unsupported_response_type', state) }
  const scope = parseScope(scopeText)
  if (!isGrantable(scope, dialect)) return { redirect: errorUrl(redirect_uri, 'invalid_scope', state) }
  return {
    request: { client, redirectUri: redirect_uri, scopeText, scope, ...(state !== undefined && { state }) },
  }
}

/** Where the browser goes when a request is refused. */
export function errorUrl(redirectUri: string, error: string, state: string | undefined): URL {
  return answerUrl(redirectUri, { error }, state)
}

/** The redirect URI with the answer's parameters; its own query stays (RFC 6749 §3.1.2). */
export function answerUrl(
  redirectUri: string,
  answer: Record<string, string>,
  state: string | undefined,
): URL {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value)
  if (state !== undefined) url.searchParams.set('state', state)
  return url
}
