import { genericGrantRequest } from 'openid-client'
import { z } from 'zod'
import { AuthorizationWithdrawnError, GatewayError, UpstreamError } from '../shared/errors.ts'
import type { Utility } from './client.ts'
import { SignInRefusedError, TokenRefusedError } from './errors.ts'
import { type TokenDeps, tokenEndpoint } from './token-endpoint.ts'
import type { TokenSet } from './token-set.ts'

/** The customer's code becomes tokens, RFC 6749 §4.1.3. `redirectUri` is repeated exactly; `scope` is what was asked. */
export async function exchangeCode(
  utility: Utility,
  { code, redirectUri, scope }: { code: string; redirectUri: string; scope: string },
  deps: TokenDeps,
): Promise<TokenSet> {
  const parameters = { code, redirect_uri: redirectUri }
  return askForTokens(utility, { grantType: 'authorization_code', parameters, asked: scope }, deps).catch(
    (error) => {
      throw isGrantRefused(error) ? new SignInRefusedError('code_not_accepted') : error
    },
  )
}

/**
 * A refresh token becomes new tokens, RFC 6749 §6. `scope` is the granted string: it is sent verbatim unless the adapter
 * says otherwise. Throws AuthorizationWithdrawnError when the utility no longer knows the authorization.
 */
export async function refresh(
  utility: Utility,
  { refreshToken, scope }: { refreshToken: string; scope: string },
  deps: TokenDeps,
): Promise<TokenSet> {
  const sent = refreshScope(utility, scope)
  const parameters = { refresh_token: refreshToken, ...(sent !== undefined && { scope: sent }) }
  return askForTokens(utility, { grantType: 'refresh_token', parameters, asked: scope }, deps).catch(
    (error) => {
      if (!isGrantRefused(error)) throw error
      throw new AuthorizationWithdrawnError(`${utility.profile.id} no longer honours an authorization`)
    },
  )
}

/**
 * A customer's username and password become tokens, RFC 6749 §4.3. They are sent once and held nowhere: not in an error,
 * not in a log. Throws SignInRefusedError when the utility does not accept them.
 */
export async function passwordGrant(
  utility: Utility,
  { username, password, scope }: { username: string; password: string; scope: string },
  deps: TokenDeps,
): Promise<TokenSet> {
  const parameters = { username, password, scope }
  return askForTokens(utility, { grantType: 'password', parameters, asked: scope }, deps).catch((error) => {
    throw isGrantRefused(error) ? new SignInRefusedError('wrong_credentials') : error
  })
}

/** Our own credentials become a token, RFC 6749 §4.4: ESPI's client access token. */
export async function clientCredentials(
  utility: Utility,
  { scope }: { scope: string },
  deps: TokenDeps,
): Promise<TokenSet> {
  return askForTokens(utility, { grantType: 'client_credentials', parameters: { scope }, asked: scope }, deps)
}

interface Grant {
  grantType: string
  parameters: Record<string, string>
  asked: string
}

async function askForTokens(utility: Utility, grant: Grant, deps: TokenDeps): Promise<TokenSet> {
  try {
    const body = await genericGrantRequest(tokenEndpoint(utility, deps), grant.grantType, grant.parameters)
    return toTokenSet(body, grant.asked, deps.clock.now())
  } catch (error) {
    throw withoutSecrets(error, utility)
  }
}

/** The members that ESPI adds to RFC 6749 §5.1, and those of it that we read. */
const tokenResponse = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  expires_in: z.number().optional(),
  scope: z.string().optional(),
  resourceURI: z.string().optional(),
  authorizationURI: z.string().optional(),
  customerResourceURI: z.string().optional(),
})

const LAST_DATE_MS = Date.parse('9999-12-31T00:00:00Z')

function toTokenSet(body: unknown, askedScope: string, now: Date): TokenSet {
  const tokens = tokenResponse.parse(body)
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? null,
    expiresAt: tokens.expires_in ? expiryOf(tokens.expires_in, now) : null,
    scope: tokens.scope ?? askedScope,
    resourceUri: tokens.resourceURI?.trim() || null,
    authorizationUri: tokens.authorizationURI?.trim() || null,
    customerResourceUri: tokens.customerResourceURI?.trim() || null,
  }
}

/** Custodians write thousands of years for "no end": those end where dates do. */
function expiryOf(seconds: number, now: Date): Date {
  return new Date(Math.min(now.getTime() + seconds * 1000, LAST_DATE_MS))
}

function refreshScope({ profile }: Utility, granted: string): string | undefined {
  if (profile.quirks.refreshScope === 'omit') return undefined
  if (profile.quirks.refreshScope === 'literal') return profile.scope.literal
  return granted === '' ? undefined : granted
}

/**
 * RFC 6749 §5.2 `invalid_grant`, or the `access_denied` some custodians send for it. Not every 400: `invalid_scope` is a
 * quirk of ours to find, and a bare 400 or 403 may come from a firewall. An authorization taken for dead stays dead.
 */
function isGrantRefused(error: unknown): boolean {
  if (!(error instanceof TokenRefusedError)) return false
  return error.code === 'invalid_grant' || error.code === 'access_denied'
}

/** What the OAuth library throws may hold the bodies of both sides in its causes: only our own errors pass. */
function withoutSecrets(error: unknown, { profile }: Utility): GatewayError {
  const ours = findOurs(error)
  if (ours instanceof TokenRefusedError && !isGrantRefused(ours)) return toPermanent(ours, profile.id)
  if (ours) return ours
  return new UpstreamError(`the token endpoint of ${profile.id} did not answer with a token response`, {
    utilityId: profile.id,
  })
}

function findOurs(error: unknown): GatewayError | undefined {
  if (error instanceof GatewayError) return error
  return error instanceof Error && error.cause ? findOurs(error.cause) : undefined
}

/** Any other refusal is the operator's to mend. 401 and `invalid_client` mean our own client credentials. */
function toPermanent({ status, code }: TokenRefusedError, utilityId: string): UpstreamError {
  const ownFault = status === 401 || code === 'invalid_client'
  const advice = ownFault ? ': check the client id and secret of this utility' : ''
  return new UpstreamError(
    `the token endpoint of ${utilityId} answered ${status} ${code ?? 'without an error code'}${advice}`,
    { utilityId, status, permanent: true },
  )
}
