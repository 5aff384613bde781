import { z } from 'zod'
import { authorizationDetail } from '../cds/wire/authorization-detail.ts'
import { clientStatuses } from '../cds/wire/client.ts'
import { clientMetadata, describeFaults, webUrl } from './client-metadata.ts'
import type { Moment } from './details/check-field.ts'
import { toRequestedScopes } from './details/requested-scopes.ts'
import { OAuthError } from './errors.ts'
import { scopeIds } from './scopes/index.ts'
import type { Client, ClientChange } from './stores.ts'

/** Its origin goes into the Content-Security-Policy of the form, where `;` and `,` would begin something else. */
const redirectUri = webUrl
  .refine((value) => !value.includes('#'), { error: 'write a URL without a fragment' })
  .refine((value) => /^[\w.:[\]-]+$/.test(URL.parse(value)?.host ?? ''), {
    error: 'write a URL whose host has letters, digits, dots and hyphens only',
  })

const body = clientMetadata.extend({
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
  scope: z.string().optional(),
  redirect_uris: z.array(redirectUri).max(50).optional(),
  cds_status: z.enum(clientStatuses).optional(),
  cds_default_scope: z.string().optional(),
  cds_default_redirect_uri: redirectUri.optional(),
  cds_default_authorization_details: z.array(authorizationDetail).optional(),
})
type Body = z.output<typeof body>

/**
 * The body of a PUT becomes a change of a client (CDS-WG1-02 §5.5 #clients-modify, RFC 7592 §2.2). A field that is left out goes back
 * to its default. The scope's default is what it is now: a scope that was given up is not given back.
 */
export function toClientChange(
  client: Client,
  input: unknown,
  moment: Moment & { defaultRedirectUri: string },
): ClientChange {
  const parsed = body.safeParse(input)
  if (!parsed.success) throw new OAuthError('invalid_client_metadata', describeFaults(parsed.error))
  const asked = parsed.data
  checkIdentity(asked, client)
  const scope = toScope(asked, client)
  const status = toStatus(asked, client, moment)
  return {
    ...status,
    scope,
    clientName: asked.client_name ?? client.clientId,
    contacts: asked.contacts ?? [],
    clientUri: asked.client_uri ?? null,
    logoUri: asked.logo_uri ?? null,
    tosUri: asked.tos_uri ?? null,
    policyUri: asked.policy_uri ?? null,
    authorizationDetailsTypes: client.authorizationDetailsTypes.filter((id) => scopeIds(scope).includes(id)),
    ...(client.responseTypes.length > 0 ? toDefaults(asked, scope, client, moment) : {}),
  }
}

/** RFC 7592 §2.2: the id must be the client's; a secret may be repeated but is managed elsewhere, so it is refused (§5.5). */
function checkIdentity(asked: Body, client: Client): void {
  if (asked.client_id !== undefined && asked.client_id !== client.clientId) {
    throw new OAuthError('invalid_client_metadata', 'client_id: it cannot be changed')
  }
  if (asked.client_secret !== undefined) {
    throw new OAuthError('invalid_client_metadata', 'client_secret: use the Credentials API')
  }
}

/** Only less than before: more needs a registration of its own. */
function toScope(asked: Body, client: Client): string {
  const now = scopeIds(client.scope)
  const wanted = scopeIds(asked.scope ?? client.scope)
  const extra = wanted.find((id) => !now.includes(id))
  if (extra !== undefined) {
    throw new OAuthError(
      'invalid_client_metadata',
      'scope: scopes can be removed here; register again for more',
    )
  }
  if (now[0] === 'cds_client_admin' && wanted.length === 0) {
    throw new OAuthError('invalid_client_metadata', 'scope: the admin client keeps cds_client_admin')
  }
  return wanted.join(' ')
}

function toStatus(asked: Body, client: Client, { now }: Moment): Pick<Client, 'status' | 'disabledAt'> {
  const status = asked.cds_status ?? client.statusOptions[0] ?? client.status
  if (!client.statusOptions.includes(status)) {
    throw new OAuthError(
      'invalid_client_metadata',
      `cds_status: use one of ${client.statusOptions.join(', ')}`,
    )
  }
  if (status !== 'disabled') return { status, disabledAt: null }
  return { status, disabledAt: client.disabledAt ?? now }
}

/** The fields of clients that send people to the authorization form. */
function toDefaults(
  asked: Body,
  scope: string,
  client: Client,
  moment: Moment & { defaultRedirectUri: string },
): ClientChange {
  const redirectUris = asked.redirect_uris ?? [moment.defaultRedirectUri]
  checkTransport(redirectUris, client)
  const defaultRedirectUri = asked.cds_default_redirect_uri ?? redirectUris[0]
  if (defaultRedirectUri === undefined || !redirectUris.includes(defaultRedirectUri)) {
    throw new OAuthError('invalid_redirect_uri', 'cds_default_redirect_uri: use one of redirect_uris')
  }
  const defaultScope = asked.cds_default_scope ?? scope
  const details = asked.cds_default_authorization_details ?? []
  try {
    if (defaultScope !== '')
      toRequestedScopes({ scope: defaultScope, authorizationDetails: details }, { scope }, moment)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    throw new OAuthError(
      'invalid_client_metadata',
      `cds_default_scope, cds_default_authorization_details: ${error.description}`,
    )
  }
  return { redirectUris, defaultRedirectUri, defaultScope, defaultAuthorizationDetails: details }
}

/** RFC 6749 §3.1.2.1: codes of real customers travel over https, or stay on the machine (RFC 8252 §7.3). */
function checkTransport(redirectUris: readonly string[], { statusOptions }: Client): void {
  if (!statusOptions.includes('production')) return
  const isOpen = (uri: string) => !/^https:|^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)[:/]/.test(uri)
  if (!redirectUris.some(isOpen)) return
  throw new OAuthError('invalid_redirect_uri', 'redirect_uris: a production client needs https')
}
